-- Text in the order of its code points, as SQLite and Rust have it, whatever the server's locale.
-- SQLite takes the unknown type name for text, so the shared files can use it.
CREATE DOMAIN ordered_text AS TEXT COLLATE "C";

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
