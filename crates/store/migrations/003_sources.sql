-- Sources, what they last said, and what became of it.

CREATE TABLE sources (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key ordered_text NOT NULL,
    api_url TEXT NOT NULL,
    -- Encrypted by the app; opaque here.
    token BYTEA NOT NULL,
    enabled BOOLEAN NOT NULL,
    preset TEXT,
    settings TEXT NOT NULL,
    -- Rises with every change of the settings.
    settings_version BIGINT NOT NULL,
    health TEXT NOT NULL,
    capabilities TEXT NOT NULL,
    synced_before BOOLEAN NOT NULL,
    next_run_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX sources_name ON sources (tenant_id, name_key);
CREATE INDEX sources_due ON sources (next_run_at) WHERE next_run_at IS NOT NULL;

CREATE TABLE links (
    tenant_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    device_id ordered_text NOT NULL,
    asset_id BIGINT NOT NULL,
    serial TEXT,
    past TEXT NOT NULL,
    baseline TEXT NOT NULL,
    absence TEXT NOT NULL,
    PRIMARY KEY (tenant_id, source_id, device_id),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, asset_id) REFERENCES assets (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX links_asset ON links (tenant_id, asset_id, source_id);

CREATE TABLE person_links (
    tenant_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    user_id ordered_text NOT NULL,
    employee_id BIGINT NOT NULL,
    baseline TEXT NOT NULL,
    PRIMARY KEY (tenant_id, source_id, user_id),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, employee_id) REFERENCES employees (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX person_links_employee ON person_links (tenant_id, employee_id);

-- What a source last said about each device; `raw` is its own words.
CREATE TABLE devices (
    tenant_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    device_id ordered_text NOT NULL,
    hash BIGINT NOT NULL,
    platform ordered_text NOT NULL,
    os_version ordered_text NOT NULL,
    last_seen_at BIGINT,
    enrolled_at BIGINT,
    seen_at BIGINT NOT NULL,
    raw TEXT NOT NULL,
    PRIMARY KEY (tenant_id, source_id, device_id),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id) ON DELETE CASCADE
);
-- Read whole, by runs and by the home page, without the long rows behind them.
CREATE INDEX devices_hash ON devices (tenant_id, source_id, device_id, hash);
CREATE INDEX devices_os ON devices (tenant_id, platform, os_version);
CREATE INDEX devices_last_seen ON devices (tenant_id, last_seen_at);
CREATE INDEX devices_enrolled ON devices (tenant_id, enrolled_at);

-- Details of single devices, one request each: kept so that only those of devices that have
-- checked in since are asked for again.
CREATE TABLE device_details (
    tenant_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    device_id ordered_text NOT NULL,
    checked_in_at BIGINT,
    document TEXT NOT NULL,
    PRIMARY KEY (tenant_id, source_id, device_id),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE runs (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    mode TEXT NOT NULL,
    occasion TEXT NOT NULL,
    requested_by TEXT,
    state TEXT NOT NULL,
    progress_pages BIGINT NOT NULL DEFAULT 0,
    progress_devices BIGINT NOT NULL DEFAULT 0,
    requests BIGINT NOT NULL DEFAULT 0,
    devices BIGINT NOT NULL DEFAULT 0,
    counts TEXT NOT NULL,
    conflicts BIGINT NOT NULL DEFAULT 0,
    skipped BIGINT NOT NULL DEFAULT 0,
    notes BIGINT NOT NULL DEFAULT 0,
    coverage TEXT,
    error TEXT,
    queued_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    lease_owner TEXT,
    lease_until BIGINT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX runs_source ON runs (tenant_id, source_id, id);
-- One open run a source, whatever process asks.
CREATE UNIQUE INDEX runs_open ON runs (tenant_id, source_id) WHERE state IN ('queued', 'running');
CREATE INDEX runs_review ON runs (tenant_id, id) WHERE state = 'needs_review';

-- A plan without its asset changes, which page by themselves, and its devices.
CREATE TABLE plans (
    tenant_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    settings_version BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_id, run_id),
    FOREIGN KEY (tenant_id, run_id) REFERENCES runs (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX plans_source ON plans (tenant_id, source_id, run_id);

-- `kinds` has a bit for each kind of step; it ends the key so that a filter reads no bodies.
-- No foreign key: PostgreSQL would look at the plan once a row; who deletes a plan deletes these.
CREATE TABLE plan_changes (
    tenant_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    kinds BIGINT NOT NULL,
    device_id ordered_text NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_id, run_id, position, kinds)
);
CREATE INDEX plan_changes_device ON plan_changes (tenant_id, run_id, device_id);

-- What became of each device, as the last run that changed its mind about it left it.
-- No foreign key, for the reason above.
CREATE TABLE outcomes (
    tenant_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    device_id ordered_text NOT NULL,
    verdict TEXT NOT NULL,
    hash BIGINT NOT NULL,
    search TEXT NOT NULL,
    body TEXT NOT NULL,
    run_id BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, source_id, device_id)
);
-- Filters by verdict, and is all that a run reads to see what moved.
CREATE INDEX outcomes_verdict ON outcomes (tenant_id, source_id, verdict, device_id, hash);

CREATE TABLE run_notes (
    tenant_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    about TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (tenant_id, run_id, position),
    FOREIGN KEY (tenant_id, run_id) REFERENCES runs (tenant_id, id) ON DELETE CASCADE
);

-- Questions only a person can answer; the same question has the same key in every run.
CREATE TABLE conflicts (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    key ordered_text NOT NULL,
    device_id ordered_text NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    candidates TEXT NOT NULL,
    run_id BIGINT NOT NULL,
    raised_at BIGINT NOT NULL,
    -- Settled, or no longer asked by a complete run.
    closed_at BIGINT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX conflicts_key ON conflicts (tenant_id, source_id, key);
CREATE INDEX conflicts_open ON conflicts (tenant_id, id) WHERE closed_at IS NULL;

-- People's standing answers, read by the planner.
CREATE TABLE settlements (
    tenant_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    device_id ordered_text NOT NULL,
    answer TEXT NOT NULL,
    always BOOLEAN NOT NULL,
    settled_by TEXT NOT NULL,
    settled_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, source_id, device_id),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE alerts (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    key ordered_text NOT NULL,
    severity TEXT NOT NULL,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    link TEXT,
    raised_at BIGINT NOT NULL,
    mended_at BIGINT,
    seen_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX alerts_key ON alerts (tenant_id, key) WHERE mended_at IS NULL;
