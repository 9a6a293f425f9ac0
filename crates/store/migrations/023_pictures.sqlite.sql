-- Files are kept with products too. As before, the table is made anew, and with it the one that points at it.
CREATE TABLE attachments_anew (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    asset_id BIGINT,
    employee_id BIGINT,
    product_id BIGINT,
    name TEXT NOT NULL,
    -- Told from what is in it.
    kind TEXT NOT NULL,
    -- In bytes.
    size BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    -- As whoever added it was called then.
    added_by TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, asset_id) REFERENCES assets (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, employee_id) REFERENCES employees (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, product_id) REFERENCES products (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT attachments_of_one CHECK (
        (asset_id IS NOT NULL) + (employee_id IS NOT NULL) + (product_id IS NOT NULL) = 1
    )
);
INSERT INTO attachments_anew (tenant_id, id, asset_id, employee_id, name, kind, size, added_at, added_by)
SELECT tenant_id, id, asset_id, employee_id, name, kind, size, added_at, added_by FROM attachments;
CREATE TABLE contents_anew (
    tenant_id BIGINT NOT NULL,
    attachment_id BIGINT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, attachment_id),
    FOREIGN KEY (tenant_id, attachment_id) REFERENCES attachments_anew (tenant_id, id) ON DELETE CASCADE
);
INSERT INTO contents_anew (tenant_id, attachment_id, content)
SELECT tenant_id, attachment_id, content FROM attachment_contents;
DROP TABLE attachment_contents;
DROP TABLE attachments;
ALTER TABLE attachments_anew RENAME TO attachments;
ALTER TABLE contents_anew RENAME TO attachment_contents;
CREATE INDEX attachments_asset ON attachments (tenant_id, asset_id, id);
CREATE INDEX attachments_employee ON attachments (tenant_id, employee_id, id) WHERE employee_id IS NOT NULL;
CREATE INDEX attachments_product ON attachments (tenant_id, product_id, id) WHERE product_id IS NOT NULL;
