-- Requests that may be sent again without being done again; kept for a day.
CREATE TABLE idempotency_keys (
    tenant_id BIGINT NOT NULL,
    -- The token that asked.
    token_id BIGINT NOT NULL,
    key ordered_text NOT NULL,
    -- Tells another request under the same key.
    fingerprint BYTEA NOT NULL,
    began_at BIGINT NOT NULL,
    -- The answer, encrypted by the app, since it may hold a secret; null until there is one.
    answer BYTEA,
    PRIMARY KEY (tenant_id, token_id, key)
);
CREATE INDEX idempotency_keys_began ON idempotency_keys (tenant_id, began_at);
