-- Tallies follow assets and devices: what comes and goes by statement, many rows at once.

-- The connection's own, told when it is opened; any other has the common one.
CREATE FUNCTION tally_slot() RETURNS BIGINT LANGUAGE sql STABLE AS $$
    SELECT COALESCE(NULLIF(current_setting('stockroom.slot', TRUE), ''), '-1')::BIGINT
$$;

CREATE FUNCTION assets_tallied_insert() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO asset_tallies AS t (tenant_id, status_id, product_key, platform, held, slot, n)
    SELECT moved.tenant_id, moved.status_id, moved.product_key, moved.platform, moved.held, tally_slot(), sum(moved.n)
    FROM (
        SELECT r.tenant_id, r.status_id, r.product_key, r.platform, r.custodian_key > '' AS held, 1 AS n
        FROM new_rows r WHERE r.archived = FALSE
    ) moved
    GROUP BY moved.tenant_id, moved.status_id, moved.product_key, moved.platform, moved.held
    HAVING sum(moved.n) <> 0
    ON CONFLICT (tenant_id, status_id, product_key, platform, held, slot) DO UPDATE SET n = t.n + excluded.n;
    RETURN NULL;
END $$;

CREATE TRIGGER assets_tallied_insert AFTER INSERT ON assets REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION assets_tallied_insert();

CREATE FUNCTION assets_tallied_delete() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO asset_tallies AS t (tenant_id, status_id, product_key, platform, held, slot, n)
    SELECT moved.tenant_id, moved.status_id, moved.product_key, moved.platform, moved.held, tally_slot(), sum(moved.n)
    FROM (
        SELECT r.tenant_id, r.status_id, r.product_key, r.platform, r.custodian_key > '' AS held, -1 AS n
        FROM old_rows r WHERE r.archived = FALSE
    ) moved
    GROUP BY moved.tenant_id, moved.status_id, moved.product_key, moved.platform, moved.held
    HAVING sum(moved.n) <> 0
    ON CONFLICT (tenant_id, status_id, product_key, platform, held, slot) DO UPDATE SET n = t.n + excluded.n;
    RETURN NULL;
END $$;

CREATE TRIGGER assets_tallied_delete AFTER DELETE ON assets REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION assets_tallied_delete();

-- Row by row, because most changes move no count, and then this is not even called.
CREATE FUNCTION assets_tallied_update() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO asset_tallies AS t (tenant_id, status_id, product_key, platform, held, slot, n)
    SELECT OLD.tenant_id, OLD.status_id, OLD.product_key, OLD.platform, OLD.custodian_key > '', tally_slot(), -1 WHERE NOT OLD.archived
    ON CONFLICT (tenant_id, status_id, product_key, platform, held, slot) DO UPDATE SET n = t.n + excluded.n;
    INSERT INTO asset_tallies AS t (tenant_id, status_id, product_key, platform, held, slot, n)
    SELECT NEW.tenant_id, NEW.status_id, NEW.product_key, NEW.platform, NEW.custodian_key > '', tally_slot(), 1 WHERE NOT NEW.archived
    ON CONFLICT (tenant_id, status_id, product_key, platform, held, slot) DO UPDATE SET n = t.n + excluded.n;
    RETURN NULL;
END $$;

CREATE TRIGGER assets_tallied_update AFTER UPDATE ON assets FOR EACH ROW
    WHEN (OLD.status_id <> NEW.status_id
        OR OLD.product_key <> NEW.product_key
        OR OLD.platform <> NEW.platform
        OR OLD.archived <> NEW.archived
        OR (OLD.custodian_key > '') <> (NEW.custodian_key > ''))
    EXECUTE FUNCTION assets_tallied_update();

CREATE FUNCTION devices_tallied_insert() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO device_tallies AS t (tenant_id, platform, os_version, slot, n)
    SELECT moved.tenant_id, moved.platform, moved.os_version, tally_slot(), sum(moved.n)
    FROM (
        SELECT r.tenant_id, r.platform, r.os_version, 1 AS n
        FROM new_rows r
    ) moved
    GROUP BY moved.tenant_id, moved.platform, moved.os_version
    HAVING sum(moved.n) <> 0
    ON CONFLICT (tenant_id, platform, os_version, slot) DO UPDATE SET n = t.n + excluded.n;
    RETURN NULL;
END $$;

CREATE TRIGGER devices_tallied_insert AFTER INSERT ON devices REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION devices_tallied_insert();

CREATE FUNCTION devices_tallied_delete() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO device_tallies AS t (tenant_id, platform, os_version, slot, n)
    SELECT moved.tenant_id, moved.platform, moved.os_version, tally_slot(), sum(moved.n)
    FROM (
        SELECT r.tenant_id, r.platform, r.os_version, -1 AS n
        FROM old_rows r
    ) moved
    GROUP BY moved.tenant_id, moved.platform, moved.os_version
    HAVING sum(moved.n) <> 0
    ON CONFLICT (tenant_id, platform, os_version, slot) DO UPDATE SET n = t.n + excluded.n;
    RETURN NULL;
END $$;

CREATE TRIGGER devices_tallied_delete AFTER DELETE ON devices REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION devices_tallied_delete();

-- Row by row, because most changes move no count, and then this is not even called.
CREATE FUNCTION devices_tallied_update() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO device_tallies AS t (tenant_id, platform, os_version, slot, n)
    VALUES (OLD.tenant_id, OLD.platform, OLD.os_version, tally_slot(), -1)
    ON CONFLICT (tenant_id, platform, os_version, slot) DO UPDATE SET n = t.n + excluded.n;
    INSERT INTO device_tallies AS t (tenant_id, platform, os_version, slot, n)
    VALUES (NEW.tenant_id, NEW.platform, NEW.os_version, tally_slot(), 1)
    ON CONFLICT (tenant_id, platform, os_version, slot) DO UPDATE SET n = t.n + excluded.n;
    RETURN NULL;
END $$;

CREATE TRIGGER devices_tallied_update AFTER UPDATE ON devices FOR EACH ROW
    WHEN (OLD.platform <> NEW.platform
        OR OLD.os_version <> NEW.os_version)
    EXECUTE FUNCTION devices_tallied_update();
