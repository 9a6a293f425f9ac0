-- Nouns complete: whom an employee reports to and when they are here, the names things went by
-- before, and indexes for what points at a noun.

ALTER TABLE employees ADD COLUMN manager_id BIGINT;
ALTER TABLE employees ADD COLUMN starts_on TEXT;
ALTER TABLE employees ADD COLUMN ends_on TEXT;
CREATE INDEX employees_manager ON employees (tenant_id, manager_id) WHERE manager_id IS NOT NULL;

-- What a thing was called before it was renamed, and what was merged into it: sources that still
-- say that name mean this thing. For products it is the makers they had, by id.
CREATE TABLE former_names (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    kind TEXT NOT NULL,
    name_key ordered_text NOT NULL,
    noun_id BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, noun_id, name_key)
);

CREATE INDEX assets_own_category ON assets (tenant_id, category_id) WHERE category_id IS NOT NULL;
CREATE INDEX assets_supplier ON assets (tenant_id, supplier_id) WHERE supplier_id IS NOT NULL;
CREATE INDEX assets_due ON assets (tenant_id, due_on) WHERE due_on IS NOT NULL;
CREATE INDEX locations_parent ON locations (tenant_id, parent_id) WHERE parent_id IS NOT NULL;
