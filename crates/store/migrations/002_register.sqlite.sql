-- Substring search: trigrams of the folded search text, by asset id.
CREATE VIRTUAL TABLE asset_search USING fts5 (
    search,
    content = '',
    contentless_delete = 1,
    tokenize = 'trigram case_sensitive 1'
);

CREATE TRIGGER assets_search_insert AFTER INSERT ON assets
BEGIN
    INSERT INTO asset_search (rowid, search) VALUES (new.id, new.search);
END;

CREATE TRIGGER assets_search_update AFTER UPDATE OF search ON assets
WHEN old.search <> new.search
BEGIN
    INSERT OR REPLACE INTO asset_search (rowid, search) VALUES (new.id, new.search);
END;

CREATE TRIGGER assets_search_delete AFTER DELETE ON assets
BEGIN
    DELETE FROM asset_search WHERE rowid = old.id;
END;
