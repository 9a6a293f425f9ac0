-- People who sign in to several tenants, each with a record and a password of its own.

DROP INDEX users_email;
CREATE UNIQUE INDEX users_email ON users (tenant_id, email_key);
CREATE INDEX users_by_email ON users (email_key);

-- The employee this user was said to be; without one it is who has the same e-mail.
-- No foreign key: an employee may go, and the user stays.
ALTER TABLE users ADD COLUMN employee_id BIGINT;

-- One cookie, one row a tenant that it opens; and what is shown of it to its owner.
CREATE TABLE sessions_by_tenant (
    token_hash BYTEA NOT NULL,
    tenant_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    PRIMARY KEY (token_hash, tenant_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
INSERT INTO sessions_by_tenant
    (token_hash, tenant_id, user_id, created_at, expires_at, seen_at, address, agent)
SELECT token_hash, tenant_id, user_id, created_at, expires_at, seen_at, '', ''
FROM sessions;
DROP TABLE sessions;
ALTER TABLE sessions_by_tenant RENAME TO sessions;
CREATE INDEX sessions_user ON sessions (tenant_id, user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);
