-- The exchange, or the end, of one credential at its target, step by step. Never a secret.
CREATE TABLE rotation (
    id             text PRIMARY KEY,
    target         text NOT NULL,
    resource_id    text NOT NULL,                     -- no foreign key: what was done outlives the account
    key_id         text NOT NULL,                     -- the credential that has to go
    type           text NOT NULL,
    way            text NOT NULL CHECK (way IN ('exchange', 'replace', 'remove')),
    stage          text NOT NULL CHECK (stage IN ('planned', 'added', 'handedOver', 'seenInUse', 'removed', 'probed')),
    new_key_id     text,
    keys_before    text NOT NULL DEFAULT '[]',        -- what was there before a new one was asked for: JSON
    attempted_at   integer,                           -- when a new one was asked for: until its key id is known there may be one that nobody knows
    old_version    integer,                           -- of the secret in the vault
    new_version    integer,
    handed_over_at integer,
    told_at        integer,
    confirmed_at   integer,                           -- when the consumer said that it uses the new one
    seen_at        integer,                           -- when the target showed the new one in use
    overlap_until  integer NOT NULL,                  -- until when the old one is waited for at most
    removed_at     integer,
    read_back      text,                              -- what the target showed
    probe          text,                              -- what came of the trial of the old one
    result         text,
    started_at     integer NOT NULL,
    ended_at       integer,
    correlation    text NOT NULL,
    CHECK (result IS NULL OR ended_at IS NOT NULL),
    CHECK (result NOT IN ('rotatedVerified', 'revokedVerified') OR read_back IS NOT NULL OR probe IS NOT NULL)
) WITHOUT ROWID;
CREATE UNIQUE INDEX rotation_open ON rotation (resource_id, key_id) WHERE ended_at IS NULL;
CREATE INDEX rotation_by_account ON rotation (resource_id, id);

-- How far a target has been gone through for non-human identities.
CREATE TABLE discovery (
    target      text PRIMARY KEY,
    run         integer NOT NULL DEFAULT 0,           -- 1, 2, 3, ...
    next_page   text,                                 -- where a run goes on; null where none is under way
    next_at     integer NOT NULL DEFAULT 0,           -- when it goes on, or the next one begins
    begun_at    integer,
    finished_at integer,
    found       integer NOT NULL DEFAULT 0,           -- by the run that is under way, or the last
    proposed    integer NOT NULL DEFAULT 0,
    reason      text                                  -- why it does not go on
) WITHOUT ROWID;

-- What was seen of an identity when its target was last gone through.
CREATE TABLE discovered (
    target      text NOT NULL,
    remote_id   text NOT NULL,
    resource_id text NOT NULL,
    run         integer NOT NULL,
    keys        text NOT NULL,                        -- the key ids: JSON
    missing_at  integer,                              -- since when it is not shown any more
    PRIMARY KEY (target, remote_id)
) WITHOUT ROWID;
CREATE INDEX discovered_run ON discovered (target, run);
