-- Reports that are kept, and mailed on a schedule; how long things are of use.

-- Nothing: as the company says.
ALTER TABLE categories ADD COLUMN life_months BIGINT;
ALTER TABLE categories ADD COLUMN residual_percent BIGINT;

CREATE INDEX assets_warranty ON assets (tenant_id, warranty_until, id) WHERE warranty_until IS NOT NULL;
CREATE INDEX assets_priced ON assets (tenant_id, id) WHERE cost IS NOT NULL;

CREATE TABLE saved_reports (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key ordered_text NOT NULL,
    -- Which report, and what it is asked for: pairs as in its address.
    report TEXT NOT NULL,
    parameters TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    -- No foreign key: when its owner goes, the report stays and says why it is no longer mailed.
    owner_id BIGINT NOT NULL,
    owner_name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- When and to whom it is mailed; nothing where it is not.
    schedule TEXT,
    next_at BIGINT,
    -- Why it is no longer mailed.
    stopped TEXT,
    sent_at BIGINT,
    -- Why the last mail did not go out, or not to everybody.
    error TEXT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX saved_reports_name ON saved_reports (tenant_id, owner_id, name_key);
CREATE INDEX saved_reports_due ON saved_reports (next_at) WHERE next_at IS NOT NULL;

-- How many assets and devices there are of each kind, kept beside them by triggers: counting anew
-- takes too long where everybody looks. On PostgreSQL each connection has rows of its own, its slot,
-- so that no transaction waits for another's; what counts is the sum. Archived assets are in none.
CREATE TABLE asset_tallies (
    tenant_id BIGINT NOT NULL,
    status_id BIGINT NOT NULL,
    product_key ordered_text NOT NULL,
    platform ordered_text NOT NULL,
    held BOOLEAN NOT NULL,
    slot BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, status_id, product_key, platform, held, slot)
);
INSERT INTO asset_tallies (tenant_id, status_id, product_key, platform, held, slot, n)
SELECT tenant_id, status_id, product_key, platform, custodian_key > '', -1, count(*)
FROM assets
WHERE archived = FALSE
GROUP BY tenant_id, status_id, product_key, platform, custodian_key > '';

CREATE TABLE device_tallies (
    tenant_id BIGINT NOT NULL,
    platform ordered_text NOT NULL,
    os_version ordered_text NOT NULL,
    slot BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, platform, os_version, slot)
);
INSERT INTO device_tallies (tenant_id, platform, os_version, slot, n)
SELECT tenant_id, platform, os_version, -1, count(*)
FROM devices
GROUP BY tenant_id, platform, os_version;

-- The few who left, without a walk past everybody.
CREATE INDEX employees_leavers ON employees (tenant_id, leaver, id);
