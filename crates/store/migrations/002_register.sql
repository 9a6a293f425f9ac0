-- The register: what stands here is the truth, `events` is its ledger.
-- Instants are microseconds since 1970 in a BIGINT, dates are text, documents are JSON in text.
-- Unique indexes are created by name, because that name is what a violation reports.
-- Tables that are written in bulk have no foreign key to the tenant: PostgreSQL would look it up,
-- and lock it, once a row.
-- Columns ending in _key are folded (trimmed, lower case); blank is '' where they sort.

CREATE TABLE nodes (
    name TEXT NOT NULL PRIMARY KEY,
    given BIGINT NOT NULL
);

CREATE TABLE tenants (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    slug ordered_text NOT NULL,
    company TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tenants_slug ON tenants (slug);

CREATE TABLE users (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    email TEXT NOT NULL,
    email_key ordered_text NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX users_email ON users (email_key);

CREATE TABLE sessions (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    tenant_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sessions_user ON sessions (tenant_id, user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE sign_in_attempts (
    key ordered_text NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX sign_in_attempts_key ON sign_in_attempts (key, at);

CREATE TABLE tokens (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    hash BYTEA NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX tokens_hash ON tokens (hash);

CREATE TABLE statuses (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key ordered_text NOT NULL,
    kind TEXT NOT NULL,
    color TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX statuses_name ON statuses (tenant_id, name_key);

CREATE TABLE categories (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key ordered_text NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX categories_name ON categories (tenant_id, name_key);

CREATE TABLE manufacturers (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key ordered_text NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX manufacturers_name ON manufacturers (tenant_id, name_key);

CREATE TABLE suppliers (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key ordered_text NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX suppliers_name ON suppliers (tenant_id, name_key);

CREATE TABLE departments (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key ordered_text NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX departments_name ON departments (tenant_id, name_key);

CREATE TABLE locations (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key ordered_text NOT NULL,
    parent_id BIGINT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, parent_id) REFERENCES locations (tenant_id, id)
);
CREATE UNIQUE INDEX locations_name ON locations (tenant_id, name_key);

CREATE TABLE products (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key ordered_text NOT NULL,
    manufacturer_id BIGINT,
    category_id BIGINT,
    models TEXT NOT NULL,
    identifiers TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, manufacturer_id) REFERENCES manufacturers (tenant_id, id),
    FOREIGN KEY (tenant_id, category_id) REFERENCES categories (tenant_id, id)
);
CREATE UNIQUE INDEX products_name ON products (tenant_id, name_key, COALESCE(manufacturer_id, 0));
CREATE INDEX products_manufacturer ON products (tenant_id, manufacturer_id);
CREATE INDEX products_category ON products (tenant_id, category_id);

CREATE TABLE employees (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key ordered_text NOT NULL,
    email TEXT,
    email_key ordered_text,
    title TEXT,
    department_id BIGINT,
    location_id BIGINT,
    leaver BOOLEAN NOT NULL,
    search ordered_text NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, department_id) REFERENCES departments (tenant_id, id),
    FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id)
);
CREATE UNIQUE INDEX employees_email ON employees (tenant_id, email_key) WHERE email_key IS NOT NULL;
CREATE INDEX employees_by_name ON employees (tenant_id, name_key, id);
CREATE INDEX employees_department ON employees (tenant_id, department_id);
CREATE INDEX employees_location ON employees (tenant_id, location_id);

CREATE TABLE custom_fields (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    key ordered_text NOT NULL,
    label TEXT NOT NULL,
    kind TEXT NOT NULL,
    applies_to TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX custom_fields_key ON custom_fields (tenant_id, key);

CREATE TABLE assets (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    tag TEXT NOT NULL,
    name TEXT,
    serial TEXT,
    product_id BIGINT,
    category_id BIGINT,
    status_id BIGINT NOT NULL,
    location_id BIGINT,
    department_id BIGINT,
    custodian_kind TEXT,
    custodian_id BIGINT,
    purchased_on TEXT,
    cost BIGINT,
    currency TEXT,
    order_number TEXT,
    supplier_id BIGINT,
    warranty_until TEXT,
    due_on TEXT,
    notes TEXT,
    archived_at BIGINT,
    fields TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- Per field, the event that set it.
    origins TEXT NOT NULL,
    -- From here on everything follows from the rest, and is refreshed with it.
    archived BOOLEAN NOT NULL,
    tag_key ordered_text NOT NULL,
    name_key ordered_text NOT NULL,
    serial_key ordered_text NOT NULL,
    product_key ordered_text NOT NULL,
    status_key ordered_text NOT NULL,
    location_key ordered_text NOT NULL,
    custodian_key ordered_text NOT NULL,
    -- Its own category, else its product's.
    shown_category_id BIGINT,
    platform ordered_text NOT NULL,
    search ordered_text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, product_id) REFERENCES products (tenant_id, id),
    FOREIGN KEY (tenant_id, category_id) REFERENCES categories (tenant_id, id),
    FOREIGN KEY (tenant_id, status_id) REFERENCES statuses (tenant_id, id),
    FOREIGN KEY (tenant_id, location_id) REFERENCES locations (tenant_id, id),
    FOREIGN KEY (tenant_id, department_id) REFERENCES departments (tenant_id, id),
    FOREIGN KEY (tenant_id, supplier_id) REFERENCES suppliers (tenant_id, id)
);
-- One index a sort; `archived` leads because lists leave archived assets out. The commonest
-- filters stand behind the key, so that a row they reject is never looked up. They serve filters
-- too: a filter on a status also names its key.
CREATE UNIQUE INDEX assets_tag ON assets (tenant_id, tag_key);
CREATE INDEX assets_by_tag ON assets (tenant_id, archived, tag_key, id, platform, shown_category_id, status_id);
CREATE INDEX assets_by_name ON assets (tenant_id, archived, name_key, id, platform, shown_category_id, status_id);
CREATE INDEX assets_by_serial ON assets (tenant_id, archived, serial_key, id, platform, shown_category_id, status_id);
CREATE INDEX assets_by_product ON assets (tenant_id, archived, product_key, id, platform, shown_category_id, status_id);
CREATE INDEX assets_by_status ON assets (tenant_id, archived, status_key, id, platform, shown_category_id, status_id);
CREATE INDEX assets_by_location ON assets (tenant_id, archived, location_key, id, platform, shown_category_id, status_id);
CREATE INDEX assets_by_custodian ON assets (tenant_id, archived, custodian_key, id, platform, shown_category_id, status_id);
CREATE INDEX assets_by_updated_at ON assets (tenant_id, archived, updated_at, id, platform, shown_category_id, status_id);
CREATE INDEX assets_by_created_at ON assets (tenant_id, archived, created_at, id, platform, shown_category_id, status_id);
CREATE INDEX assets_by_platform ON assets (tenant_id, archived, platform, id);
CREATE INDEX assets_by_category ON assets (tenant_id, archived, shown_category_id, id);
CREATE INDEX assets_department ON assets (tenant_id, department_id) WHERE department_id IS NOT NULL;
CREATE INDEX assets_custodian ON assets (tenant_id, custodian_kind, custodian_id) WHERE custodian_id IS NOT NULL;

CREATE TABLE events (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    actor_name TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    action TEXT NOT NULL,
    changes TEXT NOT NULL,
    cause_kind TEXT NOT NULL,
    cause_id TEXT,
    note TEXT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX events_subject ON events (tenant_id, subject_kind, subject_id, id);
CREATE INDEX events_cause ON events (tenant_id, cause_kind, cause_id, id) WHERE cause_id IS NOT NULL;

-- Who had what from when until when; written by the ledger with the events that say so.
CREATE TABLE custody (
    tenant_id BIGINT NOT NULL,
    out_event BIGINT NOT NULL,
    asset_id BIGINT NOT NULL,
    custodian_kind TEXT NOT NULL,
    custodian_id BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT,
    in_event BIGINT,
    PRIMARY KEY (tenant_id, out_event)
);
CREATE INDEX custody_asset ON custody (tenant_id, asset_id, out_event);
CREATE INDEX custody_custodian ON custody (tenant_id, custodian_kind, custodian_id, out_event);
CREATE UNIQUE INDEX custody_open ON custody (tenant_id, asset_id) WHERE until_at IS NULL;
