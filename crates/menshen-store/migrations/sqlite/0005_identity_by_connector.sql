-- What one agent (自建应用) was told of a person is that agent's: another agent of the same corp may see less of
-- them, or must not see them at all. So there is one row for each connector they came through.
CREATE TABLE identity_by_connector (
    subject_id       BLOB    NOT NULL REFERENCES subject (id),
    connector_id     TEXT    NOT NULL,
    corp_id          TEXT    NOT NULL,
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
    updated_at       INTEGER NOT NULL,
    PRIMARY KEY (subject_id, connector_id)
) STRICT;

INSERT INTO identity_by_connector (subject_id, connector_id, corp_id, user_id, user_key, name, alias,
  position, departments, main_department, tags, sealed, consented_at, updated_at)
SELECT subject_id, connector_id, corp_id, user_id, user_key, name, alias, position, departments,
  main_department, tags, sealed, consented_at, updated_at FROM identity;

DROP TABLE identity;
ALTER TABLE identity_by_connector RENAME TO identity;

CREATE INDEX identity_by_user ON identity (user_key);
CREATE INDEX identity_by_consent ON identity (consented_at) WHERE consented_at IS NOT NULL;

-- A session of another agent than the one that was kept rests on what that agent never said: its person
-- signs in once more.
DELETE FROM session WHERE EXISTS (SELECT 1 FROM identity WHERE identity.subject_id = session.subject_id)
  AND NOT EXISTS (SELECT 1 FROM identity WHERE identity.subject_id = session.subject_id
    AND identity.connector_id = session.connector_id);
