-- A place's name is unique where it stands: two buildings may both have a "Storage".
DROP INDEX locations_name;
CREATE UNIQUE INDEX locations_name ON locations (tenant_id, COALESCE(parent_id, 0), name_key);
CREATE INDEX locations_by_name ON locations (tenant_id, name_key);

-- How often each noun was changed since this release, so that of two who write one at once the second is told.
ALTER TABLE statuses ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE categories ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE manufacturers ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE suppliers ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE departments ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE locations ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE products ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
