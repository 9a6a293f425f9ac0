-- One change to many assets, previewed before it is done; and the taking back of what one cause did.

CREATE TABLE bulks (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    -- What is done to each, in the app's words.
    doing TEXT NOT NULL,
    -- The list it was chosen from, as its address asks.
    list TEXT NOT NULL,
    state ordered_text NOT NULL,
    total BIGINT NOT NULL,
    fits BIGINT NOT NULL DEFAULT 0,
    same BIGINT NOT NULL DEFAULT 0,
    refused BIGINT NOT NULL DEFAULT 0,
    done BIGINT NOT NULL DEFAULT 0,
    passed_over BIGINT NOT NULL DEFAULT 0,
    -- Who asked for it, then who had it done.
    actor TEXT NOT NULL,
    note TEXT,
    error TEXT,
    made_at BIGINT NOT NULL,
    applied_at BIGINT,
    lease_owner TEXT,
    -- Nothing once nobody works on it.
    lease_until BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX bulks_lease ON bulks (lease_until) WHERE lease_until IS NOT NULL;

-- What becomes of each asset. Those that are done are gone from here; their events tell of them.
-- No foreign key to assets: one that was deleted meanwhile is said.
CREATE TABLE bulk_items (
    tenant_id BIGINT NOT NULL,
    bulk_id BIGINT NOT NULL,
    asset_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    state ordered_text NOT NULL,
    why TEXT,
    PRIMARY KEY (tenant_id, bulk_id, asset_id),
    FOREIGN KEY (tenant_id, bulk_id) REFERENCES bulks (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX bulk_items_state ON bulk_items (tenant_id, bulk_id, state, asset_id);

CREATE TABLE undos (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    cause_kind ordered_text NOT NULL,
    cause_id ordered_text NOT NULL,
    actor TEXT NOT NULL,
    -- Events of assets that the cause has, and how many of them were looked at.
    total BIGINT NOT NULL,
    seen BIGINT NOT NULL DEFAULT 0,
    restored BIGINT NOT NULL DEFAULT 0,
    -- The event down to which all is taken back.
    down_to BIGINT,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    lease_owner TEXT,
    lease_until BIGINT,
    PRIMARY KEY (tenant_id, cause_kind, cause_id)
);
CREATE INDEX undos_lease ON undos (lease_until) WHERE lease_until IS NOT NULL;

-- What could not be taken back, and why.
CREATE TABLE undo_kept (
    tenant_id BIGINT NOT NULL,
    cause_kind ordered_text NOT NULL,
    cause_id ordered_text NOT NULL,
    asset_id BIGINT NOT NULL,
    why ordered_text NOT NULL,
    PRIMARY KEY (tenant_id, cause_kind, cause_id, asset_id, why),
    FOREIGN KEY (tenant_id, cause_kind, cause_id)
        REFERENCES undos (tenant_id, cause_kind, cause_id) ON DELETE CASCADE
);
