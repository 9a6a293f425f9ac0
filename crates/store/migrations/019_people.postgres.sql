-- Files are kept with employees too.
ALTER TABLE attachments ALTER COLUMN asset_id DROP NOT NULL;
ALTER TABLE attachments ADD COLUMN employee_id BIGINT;
ALTER TABLE attachments ADD FOREIGN KEY (tenant_id, employee_id)
    REFERENCES employees (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE attachments ADD CONSTRAINT attachments_of_one CHECK ((asset_id IS NULL) <> (employee_id IS NULL));
CREATE INDEX attachments_employee ON attachments (tenant_id, employee_id, id) WHERE employee_id IS NOT NULL;
