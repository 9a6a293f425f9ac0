-- Substring search: trigrams of the folded search text.
CREATE INDEX assets_search ON assets USING gin (tenant_id, search gin_trgm_ops);
CREATE INDEX employees_search ON employees USING gin (tenant_id, search gin_trgm_ops);
