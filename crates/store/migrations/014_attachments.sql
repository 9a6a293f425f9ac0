-- Files kept with assets. They go with their asset.
CREATE TABLE attachments (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    asset_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    -- Told from what is in it.
    kind TEXT NOT NULL,
    -- In bytes.
    size BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    -- As whoever added it was called then.
    added_by TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, asset_id) REFERENCES assets (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX attachments_asset ON attachments (tenant_id, asset_id, id);

-- What is in them, apart, so that lists do not read past it.
CREATE TABLE attachment_contents (
    tenant_id BIGINT NOT NULL,
    attachment_id BIGINT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, attachment_id),
    FOREIGN KEY (tenant_id, attachment_id) REFERENCES attachments (tenant_id, id) ON DELETE CASCADE
);
