-- Imports: tables that people bring, what their columns mean, and what each row would do and did.

CREATE TABLE imports (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    -- assets or employees.
    what TEXT NOT NULL,
    -- The file's own.
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    exporter TEXT,
    head TEXT NOT NULL,
    line_count BIGINT NOT NULL,
    mapping TEXT NOT NULL,
    counts TEXT NOT NULL,
    -- What it makes before any row that names it.
    newcomers TEXT NOT NULL,
    -- Rises with every plan, so that what is applied is what somebody looked at.
    version BIGINT NOT NULL,
    brought_by TEXT NOT NULL,
    brought_at BIGINT NOT NULL,
    applied_by TEXT,
    applied_at BIGINT,
    undone_by TEXT,
    undone_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);

-- The file's rows, some hundred in a document. They go when the import is applied.
CREATE TABLE import_lines (
    tenant_id BIGINT NOT NULL,
    import_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_id, import_id, position),
    FOREIGN KEY (tenant_id, import_id) REFERENCES imports (tenant_id, id) ON DELETE CASCADE
);

-- The plan, a row of it for each of the file's. No foreign key: PostgreSQL would look at the import
-- once a row.
CREATE TABLE import_rows (
    tenant_id BIGINT NOT NULL,
    import_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_id, import_id, position)
);
CREATE INDEX import_rows_verdict ON import_rows (tenant_id, import_id, verdict, position);
