-- What happened, told to people and programs: the activity of a tenant, the feed that programs
-- follow, webhooks; and when each thing was last changed.

-- Activity of people, of programs, of everything but assets, and of rare kinds. A run's changes
-- of assets, the bulk of all events, stand in none of these.
CREATE INDEX events_by_hand ON events (tenant_id, id) WHERE cause_id IS NULL;
CREATE INDEX events_actor_kind ON events (tenant_id, actor_kind, id) WHERE actor_kind <> 'run';
CREATE INDEX events_actor ON events (tenant_id, actor_id, id) WHERE actor_kind <> 'run';
CREATE INDEX events_subject_kind ON events (tenant_id, subject_kind, id) WHERE subject_kind <> 'asset';
CREATE INDEX events_rare ON events (tenant_id, action, id)
    WHERE action IN ('relinked', 'unlinked', 'archived', 'unarchived', 'merged', 'deleted');

-- What one occasion did in all, counted as its events are written: a run is one line of activity,
-- however many events it has.
CREATE TABLE causes (
    tenant_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    actor_name TEXT NOT NULL,
    first_event BIGINT NOT NULL,
    last_event BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    events BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    checked_out BIGINT NOT NULL,
    checked_in BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, id)
);
CREATE INDEX causes_last ON causes (tenant_id, last_event);
INSERT INTO causes
    (tenant_id, kind, id, actor_kind, actor_id, actor_name, first_event, last_event, last_at,
     events, created, updated, checked_out, checked_in)
SELECT tenant_id, cause_kind, cause_id, max(actor_kind), max(actor_id), max(actor_name),
       min(id), max(id), max(at), count(*),
       sum(CASE WHEN action = 'created' THEN 1 ELSE 0 END),
       sum(CASE WHEN action = 'updated' THEN 1 ELSE 0 END),
       sum(CASE WHEN action = 'checked_out' THEN 1 ELSE 0 END),
       sum(CASE WHEN action = 'checked_in' THEN 1 ELSE 0 END)
FROM events
WHERE cause_id IS NOT NULL
GROUP BY tenant_id, cause_kind, cause_id;

-- The feed: ids of events in the order in which they were committed, some hundred a row. Ids rise
-- with time but not with commits; `position`, the number of a row's last event in its tenant, does.
-- `entry` rises as rows are written; on PostgreSQL a row gets its position after its commit.
CREATE TABLE event_feed (
    tenant_id BIGINT NOT NULL,
    entry BIGINT NOT NULL,
    position BIGINT,
    at BIGINT NOT NULL,
    size BIGINT NOT NULL,
    events TEXT NOT NULL,
    PRIMARY KEY (tenant_id, entry)
);
CREATE UNIQUE INDEX event_feed_position ON event_feed (tenant_id, position) WHERE position IS NOT NULL;
CREATE INDEX event_feed_unnumbered ON event_feed (tenant_id, entry) WHERE position IS NULL;
CREATE INDEX event_feed_at ON event_feed (tenant_id, at);

-- How many events of a tenant have a place in its feed; whoever gives out places holds this row.
CREATE TABLE event_heads (
    tenant_id BIGINT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
);

CREATE TABLE webhooks (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key ordered_text NOT NULL,
    url TEXT NOT NULL,
    -- Encrypted by the app; opaque here.
    secret BYTEA NOT NULL,
    -- What it wants to hear of, as lists; an empty list is everything.
    subjects TEXT NOT NULL,
    actions TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    -- The place in the feed up to which everything was delivered or passed over.
    position BIGINT NOT NULL,
    -- Attempts in a row that failed, since when, and why the last one did.
    failures BIGINT NOT NULL DEFAULT 0,
    failing_since BIGINT,
    error TEXT,
    delivered_at BIGINT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX webhooks_name ON webhooks (tenant_id, name_key);

-- What was sent, or is tried again until it is taken: the same events under the same id.
CREATE TABLE deliveries (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    webhook_id BIGINT NOT NULL,
    test BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    events TEXT NOT NULL,
    -- Where the webhook stands in the feed once this is taken.
    position BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    tried_at BIGINT,
    next_at BIGINT,
    status BIGINT,
    duration_ms BIGINT,
    excerpt TEXT,
    error TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhooks (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX deliveries_webhook ON deliveries (tenant_id, webhook_id, id);
CREATE UNIQUE INDEX deliveries_open ON deliveries (tenant_id, webhook_id) WHERE state = 'open';

-- When each thing was last changed.
ALTER TABLE statuses ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE categories ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE manufacturers ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE suppliers ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE departments ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE locations ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE products ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE custom_fields ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conflicts ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;

UPDATE tenants SET updated_at = created_at;
UPDATE users SET updated_at = created_at;
UPDATE runs SET updated_at = COALESCE(finished_at, started_at, queued_at);
UPDATE conflicts SET updated_at = COALESCE(closed_at, raised_at);
UPDATE alerts SET updated_at = COALESCE(mended_at, seen_at, raised_at);
UPDATE custom_fields SET updated_at =
    (SELECT t.created_at FROM tenants t WHERE t.id = custom_fields.tenant_id);
UPDATE statuses SET updated_at = COALESCE(
    (SELECT max(e.at) FROM events e
     WHERE e.tenant_id = statuses.tenant_id AND e.subject_kind = 'status' AND e.subject_id = statuses.id),
    (SELECT t.created_at FROM tenants t WHERE t.id = statuses.tenant_id));
UPDATE categories SET updated_at = COALESCE(
    (SELECT max(e.at) FROM events e
     WHERE e.tenant_id = categories.tenant_id AND e.subject_kind = 'category' AND e.subject_id = categories.id),
    (SELECT t.created_at FROM tenants t WHERE t.id = categories.tenant_id));
UPDATE manufacturers SET updated_at = COALESCE(
    (SELECT max(e.at) FROM events e
     WHERE e.tenant_id = manufacturers.tenant_id AND e.subject_kind = 'manufacturer' AND e.subject_id = manufacturers.id),
    (SELECT t.created_at FROM tenants t WHERE t.id = manufacturers.tenant_id));
UPDATE suppliers SET updated_at = COALESCE(
    (SELECT max(e.at) FROM events e
     WHERE e.tenant_id = suppliers.tenant_id AND e.subject_kind = 'supplier' AND e.subject_id = suppliers.id),
    (SELECT t.created_at FROM tenants t WHERE t.id = suppliers.tenant_id));
UPDATE departments SET updated_at = COALESCE(
    (SELECT max(e.at) FROM events e
     WHERE e.tenant_id = departments.tenant_id AND e.subject_kind = 'department' AND e.subject_id = departments.id),
    (SELECT t.created_at FROM tenants t WHERE t.id = departments.tenant_id));
UPDATE locations SET updated_at = COALESCE(
    (SELECT max(e.at) FROM events e
     WHERE e.tenant_id = locations.tenant_id AND e.subject_kind = 'location' AND e.subject_id = locations.id),
    (SELECT t.created_at FROM tenants t WHERE t.id = locations.tenant_id));
UPDATE products SET updated_at = COALESCE(
    (SELECT max(e.at) FROM events e
     WHERE e.tenant_id = products.tenant_id AND e.subject_kind = 'product' AND e.subject_id = products.id),
    (SELECT t.created_at FROM tenants t WHERE t.id = products.tenant_id));
