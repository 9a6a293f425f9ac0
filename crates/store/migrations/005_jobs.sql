-- Work that is done soon by whichever process is free, and what alerts need to be mailed.

CREATE TABLE jobs (
    tenant_id BIGINT NOT NULL REFERENCES tenants (id),
    id BIGINT NOT NULL,
    -- What is to be done to what; the same work waits once.
    key ordered_text NOT NULL,
    body TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until BIGINT,
    -- Why the last attempt came to nothing.
    error TEXT,
    queued_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX jobs_key ON jobs (tenant_id, key);
CREATE INDEX jobs_due ON jobs (due_at);

-- Whom an alert is mailed to. No foreign key to users: who was told stays when they go.
CREATE TABLE alert_mails (
    tenant_id BIGINT NOT NULL,
    alert_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    email TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    error TEXT,
    -- Nothing once it was sent or given up.
    next_at BIGINT,
    sent_at BIGINT,
    PRIMARY KEY (tenant_id, alert_id, user_id),
    FOREIGN KEY (tenant_id, alert_id) REFERENCES alerts (tenant_id, id) ON DELETE CASCADE
);

-- Who has read which alert; it no longer stands on each of their pages.
CREATE TABLE alert_seen (
    tenant_id BIGINT NOT NULL,
    alert_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, alert_id, user_id),
    FOREIGN KEY (tenant_id, alert_id) REFERENCES alerts (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);

-- Runs in a row that failed for reasons that pass by themselves, and since when.
ALTER TABLE sources ADD COLUMN outage_since BIGINT;
ALTER TABLE sources ADD COLUMN outage_runs BIGINT NOT NULL DEFAULT 0;
-- When its ADE tokens were last looked at apart from a run.
ALTER TABLE sources ADD COLUMN ade_asked_at BIGINT;
