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
