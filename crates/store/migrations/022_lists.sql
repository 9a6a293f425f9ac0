-- A view is of one list: of assets, as all were so far, or of employees. Two lists may each have one
-- of a name.
ALTER TABLE views ADD COLUMN list TEXT NOT NULL DEFAULT 'assets';
DROP INDEX views_shared_name;
DROP INDEX views_own_name;
CREATE UNIQUE INDEX views_shared_name ON views (tenant_id, list, name_key) WHERE shared = TRUE;
CREATE UNIQUE INDEX views_own_name ON views (tenant_id, owner_id, list, name_key) WHERE shared = FALSE;
