-- Instants are milliseconds since 1970-01-01T00:00:00Z. Digests are SHA-256, 32 bytes. Ids are UUIDs,
-- 16 bytes. What is called `sealed` is encrypted under the gateway's data key before it comes here.

CREATE TABLE installation (
    singleton   INTEGER NOT NULL PRIMARY KEY CHECK (singleton = 1),
    id          BLOB    NOT NULL CHECK (length(id) = 16),
    key_check   BLOB    NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE subject (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    corp_id     TEXT    NOT NULL,
    kind        TEXT    NOT NULL CHECK (kind IN ('member', 'linked_member', 'external_contact')),
    key         TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    retired_at  INTEGER
) STRICT;

-- One person, one name, as long as they are here.
CREATE UNIQUE INDEX subject_in_force ON subject (corp_id, kind, key) WHERE retired_at IS NULL;

CREATE TABLE identity (
    subject_id       BLOB    NOT NULL PRIMARY KEY REFERENCES subject (id),
    corp_id          TEXT    NOT NULL,
    connector_id     TEXT    NOT NULL,
    user_id          TEXT    NOT NULL,
    user_key         TEXT    NOT NULL,
    name             TEXT,
    alias            TEXT,
    position         TEXT,
    departments      TEXT    NOT NULL,
    main_department  INTEGER,
    tags             TEXT    NOT NULL,
    sealed           BLOB,
    consented_at     INTEGER,
    updated_at       INTEGER NOT NULL
) STRICT;

CREATE INDEX identity_by_user ON identity (user_key);

CREATE TABLE login_attempt (
    state_digest    BLOB    NOT NULL PRIMARY KEY CHECK (length(state_digest) = 32),
    browser_digest  BLOB    NOT NULL CHECK (length(browser_digest) = 32),
    connector_id    TEXT    NOT NULL,
    corp_id         TEXT    NOT NULL,
    agent_id        INTEGER NOT NULL,
    door            TEXT    NOT NULL CHECK (door IN ('in_app', 'scan')),
    return_to       TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    taken_at        INTEGER,
    ended_at        INTEGER,
    outcome         TEXT,
    CHECK (ended_at IS NULL OR taken_at IS NOT NULL),
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT;

CREATE INDEX login_attempt_by_end ON login_attempt (expires_at);

CREATE TABLE session (
    id_digest     BLOB    NOT NULL PRIMARY KEY CHECK (length(id_digest) = 32),
    subject_id    BLOB    NOT NULL REFERENCES subject (id),
    corp_id       TEXT    NOT NULL,
    connector_id  TEXT    NOT NULL,
    door          TEXT    NOT NULL CHECK (door IN ('in_app', 'scan')),
    user_agent    TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL,
    checked_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX session_by_subject ON session (subject_id);
CREATE INDEX session_by_end ON session (expires_at);
CREATE INDEX session_by_last_seen ON session (last_seen_at);

CREATE TABLE wecom_token (
    corp_id     TEXT    NOT NULL,
    agent_id    INTEGER NOT NULL,
    credential  BLOB    NOT NULL CHECK (length(credential) = 32),
    sealed      BLOB    NOT NULL,
    fetched_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    PRIMARY KEY (corp_id, agent_id, credential)
) STRICT, WITHOUT ROWID;
