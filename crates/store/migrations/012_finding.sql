-- Finding: what lists are filtered by, what is said of devices in search, saved views, columns.

-- Filters that no sort's index answers. Those of values that few assets have hold these alone, so
-- that a source's assets cost them nothing; the facts, in the order in which assets are made, are
-- for filters turned around and for blanks.
CREATE INDEX assets_purchased_on ON assets (tenant_id, archived, purchased_on, id) WHERE purchased_on IS NOT NULL;
CREATE INDEX assets_warranty_until ON assets (tenant_id, archived, warranty_until, id) WHERE warranty_until IS NOT NULL;
CREATE INDEX assets_cost ON assets (tenant_id, archived, cost, id, currency) WHERE cost IS NOT NULL;
CREATE INDEX assets_order_number ON assets (tenant_id, archived, order_number, id) WHERE order_number IS NOT NULL;
CREATE INDEX assets_notes ON assets (tenant_id, archived, id) WHERE notes IS NOT NULL;
CREATE INDEX assets_facts ON assets (tenant_id, archived, id, product_id, location_id, department_id, supplier_id, custodian_kind, custodian_id, purchased_on, warranty_until, due_on, cost, currency);

-- What sources say of an asset's devices and is worth finding, a line each; derived from `devices`,
-- where it stands as each source says it. A row whose hash is no longer its own is said anew by
-- the next run.
ALTER TABLE assets ADD COLUMN details_text TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN words TEXT NOT NULL DEFAULT '';
UPDATE devices SET hash = 0;

-- Lists somebody wants to see again; `query` is what stands in the address.
CREATE TABLE views (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key ordered_text NOT NULL,
    query TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    -- Who keeps it; a program's view has nobody.
    owner_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX views_shared_name ON views (tenant_id, name_key) WHERE shared = TRUE;
CREATE UNIQUE INDEX views_own_name ON views (tenant_id, owner_id, name_key) WHERE shared = FALSE;

-- What somebody chose once and need not choose again: the columns of a list.
CREATE TABLE preferences (
    tenant_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    name ordered_text NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, name),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
