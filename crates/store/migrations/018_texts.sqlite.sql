UPDATE plans
SET summary = json_object('doubts', json(body -> '$.doubts'), 'counts', json(body -> '$.counts'));

-- What assets are found by is held in memory (store/src/texts.rs), which is quicker than an index of
-- trigrams and costs a change nothing. This is how the memory learns what moved: the last ten
-- thousand changes; who missed more reads everything anew.
DROP TRIGGER assets_search_insert;
DROP TRIGGER assets_search_update;
DROP TRIGGER assets_search_delete;
DROP TABLE asset_search;

CREATE TABLE text_changes (
    tenant_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    asset_id BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, number)
) WITHOUT ROWID;

CREATE TRIGGER assets_text_insert AFTER INSERT ON assets
BEGIN
    INSERT INTO text_changes (tenant_id, number, asset_id)
    SELECT new.tenant_id, COALESCE(max(number), 0) + 1, new.id
    FROM text_changes
    WHERE tenant_id = new.tenant_id;
    DELETE FROM text_changes
    WHERE tenant_id = new.tenant_id
      AND number <= (SELECT max(number) FROM text_changes WHERE tenant_id = new.tenant_id) - 10000;
END;

CREATE TRIGGER assets_text_update AFTER UPDATE OF search, archived ON assets
WHEN old.search <> new.search OR old.archived <> new.archived
BEGIN
    INSERT INTO text_changes (tenant_id, number, asset_id)
    SELECT new.tenant_id, COALESCE(max(number), 0) + 1, new.id
    FROM text_changes
    WHERE tenant_id = new.tenant_id;
    DELETE FROM text_changes
    WHERE tenant_id = new.tenant_id
      AND number <= (SELECT max(number) FROM text_changes WHERE tenant_id = new.tenant_id) - 10000;
END;

CREATE TRIGGER assets_text_delete AFTER DELETE ON assets
BEGIN
    INSERT INTO text_changes (tenant_id, number, asset_id)
    SELECT old.tenant_id, COALESCE(max(number), 0) + 1, old.id
    FROM text_changes
    WHERE tenant_id = old.tenant_id;
END;
