-- The bridge's own signing keys, for where the configuration has none: one of an algorithm, made once, shared by all nodes. Who reads this can sign
-- as the bridge.
CREATE TABLE signing_key (
    algorithm   text PRIMARY KEY,                  -- as JSON Web Signatures name it: RS256, ES256
    pkcs8       text NOT NULL,                      -- base64, without a password
    created_at  integer NOT NULL
) WITHOUT ROWID;

-- Streams of Shared Signals (SSF 1.0): who wants to hear of what, and how.
CREATE TABLE signal_stream (
    id          text PRIMARY KEY,
    owner       text,                              -- the client that made it; null where the configuration declares it
    audience    text NOT NULL,
    endpoint    text,                               -- where to push to; null where the receiver polls
    credential  text,                               -- what to send as Authorization, sealed with a key that is not in the database
    requested   text,                               -- JSON list of the events that the receiver asked for; null for all
    events      text NOT NULL,                      -- URIs of the events that it gets, separated by blanks
    description text,
    format      text NOT NULL,                      -- how the receiver knows accounts: iss_sub, email, opaque, scim
    placement   text NOT NULL,                      -- where the subject stands: subId, event
    issuer      text,                               -- iss_sub: who names the accounts; null for the bridge
    status      text NOT NULL,                      -- enabled, paused, disabled
    reason      text,                               -- why it is not enabled
    created_at  integer NOT NULL,
    verified_at integer,                             -- when the receiver last asked for a verification
    attempts    integer NOT NULL DEFAULT 0,          -- how often in a row nothing could be pushed
    retry_at    integer,                             -- until when nothing is pushed
    failure     text                                -- why nothing could be
) WITHOUT ROWID;
CREATE UNIQUE INDEX signal_stream_owner ON signal_stream (owner) WHERE owner IS NOT NULL;

-- Whom a receiver does not want to hear of.
CREATE TABLE signal_exclusion (
    stream      text NOT NULL REFERENCES signal_stream (id) ON DELETE CASCADE,
    resource_id text NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
    PRIMARY KEY (stream, resource_id)
) WITHOUT ROWID;
CREATE INDEX signal_exclusion_by_resource ON signal_exclusion (resource_id);

-- What streams are to be told: a key, never a payload. Written with the decision; deleted when the receiver has it. No foreign keys: a stream that
-- goes while somebody decides must not undo the decision.
CREATE TABLE signal (
    seq         integer PRIMARY KEY AUTOINCREMENT,
    id          text NOT NULL,                     -- of the token (jti): the same however often it is told
    stream      text NOT NULL,
    event       text NOT NULL,                     -- URI
    type        text NOT NULL,                     -- of the resource
    resource_id text NOT NULL,
    at          integer NOT NULL,
    correlation text NOT NULL,
    data        text NOT NULL,                      -- JSON: names and words, no values
    former      text,                               -- the address of an account that has another one since, or none: nowhere else is it kept
    refused     text                                -- why the receiver did not take it; null while it is to be told
);
CREATE UNIQUE INDEX signal_id ON signal (stream, id);
CREATE INDEX signal_waiting ON signal (stream, seq) WHERE refused IS NULL;
CREATE INDEX signal_refused ON signal (stream, seq) WHERE refused IS NOT NULL;
CREATE INDEX signal_current ON signal (resource_id) WHERE refused IS NULL AND former IS NULL;
