-- Tallies follow assets and devices row by row.

CREATE TRIGGER assets_tallied_insert AFTER INSERT ON assets
BEGIN
    INSERT INTO asset_tallies (tenant_id, status_id, product_key, platform, held, slot, n)
    SELECT new.tenant_id, new.status_id, new.product_key, new.platform, new.custodian_key > '', 0, 1 WHERE new.archived = FALSE
    ON CONFLICT (tenant_id, status_id, product_key, platform, held, slot) DO UPDATE SET n = n + excluded.n;
END;

CREATE TRIGGER assets_tallied_delete AFTER DELETE ON assets
BEGIN
    INSERT INTO asset_tallies (tenant_id, status_id, product_key, platform, held, slot, n)
    SELECT old.tenant_id, old.status_id, old.product_key, old.platform, old.custodian_key > '', 0, -1 WHERE old.archived = FALSE
    ON CONFLICT (tenant_id, status_id, product_key, platform, held, slot) DO UPDATE SET n = n + excluded.n;
END;

CREATE TRIGGER assets_tallied_update AFTER UPDATE OF status_id, product_key, platform, archived, custodian_key ON assets
WHEN old.status_id <> new.status_id
    OR old.product_key <> new.product_key
    OR old.platform <> new.platform
    OR old.archived <> new.archived
    OR (old.custodian_key > '') <> (new.custodian_key > '')
BEGIN
    INSERT INTO asset_tallies (tenant_id, status_id, product_key, platform, held, slot, n)
    SELECT old.tenant_id, old.status_id, old.product_key, old.platform, old.custodian_key > '', 0, -1 WHERE old.archived = FALSE
    ON CONFLICT (tenant_id, status_id, product_key, platform, held, slot) DO UPDATE SET n = n + excluded.n;
    INSERT INTO asset_tallies (tenant_id, status_id, product_key, platform, held, slot, n)
    SELECT new.tenant_id, new.status_id, new.product_key, new.platform, new.custodian_key > '', 0, 1 WHERE new.archived = FALSE
    ON CONFLICT (tenant_id, status_id, product_key, platform, held, slot) DO UPDATE SET n = n + excluded.n;
END;

CREATE TRIGGER devices_tallied_insert AFTER INSERT ON devices
BEGIN
    INSERT INTO device_tallies (tenant_id, platform, os_version, slot, n)
    VALUES (new.tenant_id, new.platform, new.os_version, 0, 1)
    ON CONFLICT (tenant_id, platform, os_version, slot) DO UPDATE SET n = n + excluded.n;
END;

CREATE TRIGGER devices_tallied_delete AFTER DELETE ON devices
BEGIN
    INSERT INTO device_tallies (tenant_id, platform, os_version, slot, n)
    VALUES (old.tenant_id, old.platform, old.os_version, 0, -1)
    ON CONFLICT (tenant_id, platform, os_version, slot) DO UPDATE SET n = n + excluded.n;
END;

CREATE TRIGGER devices_tallied_update AFTER UPDATE OF platform, os_version ON devices
WHEN old.platform <> new.platform
    OR old.os_version <> new.os_version
BEGIN
    INSERT INTO device_tallies (tenant_id, platform, os_version, slot, n)
    VALUES (old.tenant_id, old.platform, old.os_version, 0, -1)
    ON CONFLICT (tenant_id, platform, os_version, slot) DO UPDATE SET n = n + excluded.n;
    INSERT INTO device_tallies (tenant_id, platform, os_version, slot, n)
    VALUES (new.tenant_id, new.platform, new.os_version, 0, 1)
    ON CONFLICT (tenant_id, platform, os_version, slot) DO UPDATE SET n = n + excluded.n;
END;
