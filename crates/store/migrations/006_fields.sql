-- Custom fields: whole definitions, values that can be looked up, and answers about values.

ALTER TABLE custom_fields ADD COLUMN choices TEXT NOT NULL DEFAULT '[]';
ALTER TABLE custom_fields ADD COLUMN categories TEXT NOT NULL DEFAULT '[]';
ALTER TABLE custom_fields ADD COLUMN required BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE custom_fields ADD COLUMN is_unique BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE custom_fields ADD COLUMN indexed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE custom_fields ADD COLUMN default_value TEXT;

ALTER TABLE employees ADD COLUMN fields TEXT NOT NULL DEFAULT '{}';

-- Derived from `fields`: a line `key=value` each, folded, for filters; and the words, for search.
ALTER TABLE assets ADD COLUMN fields_key TEXT NOT NULL DEFAULT '';
ALTER TABLE assets ADD COLUMN fields_text TEXT NOT NULL DEFAULT '';

-- Derived too: the values of indexed and of unique fields, of assets and of employees. `sole` has
-- the value for itself. No foreign key: PostgreSQL would look at the asset once a row.
CREATE TABLE field_values (
    tenant_id BIGINT NOT NULL,
    field_id BIGINT NOT NULL,
    value_key ordered_text NOT NULL,
    subject_id BIGINT NOT NULL,
    sole BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, field_id, value_key, subject_id)
);
CREATE INDEX field_values_subject ON field_values (tenant_id, subject_id, field_id);
CREATE UNIQUE INDEX field_values_sole ON field_values (tenant_id, field_id, value_key) WHERE sole = TRUE;

-- What a device went by when its question was raised, and when it was answered.
ALTER TABLE conflicts ADD COLUMN claims TEXT NOT NULL DEFAULT '{}';
ALTER TABLE settlements ADD COLUMN claims TEXT NOT NULL DEFAULT '{}';
-- The question that was answered.
ALTER TABLE settlements ADD COLUMN conflict_id BIGINT;

-- The source's values that people decided not to take, one a device and field.
CREATE TABLE kept_values (
    tenant_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    device_id ordered_text NOT NULL,
    field ordered_text NOT NULL,
    theirs TEXT NOT NULL,
    conflict_id BIGINT NOT NULL,
    settled_by TEXT NOT NULL,
    settled_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, source_id, device_id, field),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id) ON DELETE CASCADE
);
