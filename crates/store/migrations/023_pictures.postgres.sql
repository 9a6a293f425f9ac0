-- Files are kept with products too.
ALTER TABLE attachments ADD COLUMN product_id BIGINT;
ALTER TABLE attachments ADD FOREIGN KEY (tenant_id, product_id)
    REFERENCES products (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE attachments DROP CONSTRAINT attachments_of_one;
ALTER TABLE attachments ADD CONSTRAINT attachments_of_one
    CHECK (num_nonnulls(asset_id, employee_id, product_id) = 1);
CREATE INDEX attachments_product ON attachments (tenant_id, product_id, id) WHERE product_id IS NOT NULL;
