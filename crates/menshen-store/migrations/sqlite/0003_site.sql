-- A browser that is signed in at the gateway has a session of its own at each site on another host. It
-- lives exactly as long as the gateway session it came from: it has no end of its own, and goes with it.
CREATE TABLE site_session (
    id_digest      BLOB    NOT NULL PRIMARY KEY CHECK (length(id_digest) = 32),
    parent_digest  BLOB    NOT NULL REFERENCES session (id_digest) ON DELETE CASCADE,
    host           TEXT    NOT NULL,
    created_at     INTEGER NOT NULL
) STRICT;

CREATE INDEX site_session_by_parent ON site_session (parent_digest);

-- What carries it over: shown once, by the one browser that asked for it, within a minute.
CREATE TABLE site_ticket (
    ticket_digest   BLOB    NOT NULL PRIMARY KEY CHECK (length(ticket_digest) = 32),
    browser_digest  BLOB    NOT NULL CHECK (length(browser_digest) = 32),
    parent_digest   BLOB    NOT NULL REFERENCES session (id_digest) ON DELETE CASCADE,
    host            TEXT    NOT NULL,
    return_to       TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    taken_at        INTEGER
) STRICT;

CREATE INDEX site_ticket_by_parent ON site_ticket (parent_digest);
CREATE INDEX site_ticket_by_end ON site_ticket (expires_at);

-- The browser that a site on another host has sent to sign in.
ALTER TABLE login_attempt ADD COLUMN site_browser_digest BLOB
    CHECK (site_browser_digest IS NULL OR length(site_browser_digest) = 32);
