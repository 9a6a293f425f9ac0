-- SQLite copies every page that a statement with a trigger will touch before it touches it, which is
-- most of what a first sync wrote. Assets are inserted in one place (store/src/ledger/rows.rs), which
-- counts and numbers what it inserted itself; changes and deletions keep their triggers.
DROP TRIGGER assets_tallied_insert;
DROP TRIGGER assets_text_insert;
