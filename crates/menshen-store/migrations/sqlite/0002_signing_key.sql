-- What the gateway signs with. The private half is `sealed`; the public half is published from
-- `created_at` until `withdrawn_at`, and of the published ones the youngest whose `signs_from` has come
-- signs.
CREATE TABLE signing_key (
    id            TEXT    NOT NULL PRIMARY KEY,
    key_use       TEXT    NOT NULL CHECK (key_use IN ('assertion')),
    public        BLOB    NOT NULL,
    sealed        BLOB    NOT NULL,
    created_at    INTEGER NOT NULL,
    signs_from    INTEGER NOT NULL,
    withdrawn_at  INTEGER
) STRICT;
