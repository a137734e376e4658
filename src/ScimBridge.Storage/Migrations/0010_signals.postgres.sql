-- The bridge's own signing keys, for where the configuration has none: one of an algorithm, made once, shared by all nodes. Who reads this can sign
-- as the bridge.
CREATE TABLE signing_key (
    algorithm   text COLLATE "C" PRIMARY KEY,                  -- as JSON Web Signatures name it: RS256, ES256
    pkcs8       text NOT NULL,                      -- base64, without a password
    created_at  bigint NOT NULL
);
