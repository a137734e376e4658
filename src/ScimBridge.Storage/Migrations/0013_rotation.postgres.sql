-- The exchange, or the end, of one credential at its target, step by step. Never a secret.
CREATE TABLE rotation (
    id             text COLLATE "C" PRIMARY KEY,
    target         text COLLATE "C" NOT NULL,
    resource_id    text COLLATE "C" NOT NULL,                     -- no foreign key: what was done outlives the account
    key_id         text COLLATE "C" NOT NULL,                     -- the credential that has to go
    type           text COLLATE "C" NOT NULL,
    way            text COLLATE "C" NOT NULL CHECK (way IN ('exchange', 'replace', 'remove')),
    stage          text COLLATE "C" NOT NULL CHECK (stage IN ('planned', 'added', 'handedOver', 'seenInUse', 'removed', 'probed')),
    new_key_id     text COLLATE "C",
    keys_before    text COLLATE "C" NOT NULL DEFAULT '[]',        -- what was there before a new one was asked for: JSON
    attempted_at   bigint,                           -- when a new one was asked for: until its key id is known there may be one that nobody knows
    old_version    bigint,                           -- of the secret in the vault
    new_version    bigint,
    handed_over_at bigint,
    told_at        bigint,
    confirmed_at   bigint,                           -- when the consumer said that it uses the new one
    seen_at        bigint,                           -- when the target showed the new one in use
    overlap_until  bigint NOT NULL,                  -- until when the old one is waited for at most
    removed_at     bigint,
    read_back      text COLLATE "C",                              -- what the target showed
    probe          text COLLATE "C",                              -- what came of the trial of the old one
    result         text COLLATE "C",
    started_at     bigint NOT NULL,
    ended_at       bigint,
    correlation    text COLLATE "C" NOT NULL,
    CHECK (result IS NULL OR ended_at IS NOT NULL),
    CHECK (result NOT IN ('rotatedVerified', 'revokedVerified') OR read_back IS NOT NULL OR probe IS NOT NULL)
);
CREATE UNIQUE INDEX rotation_open ON rotation (resource_id, key_id) WHERE ended_at IS NULL;
CREATE INDEX rotation_by_account ON rotation (resource_id, id);

-- How far a target has been gone through for non-human identities.
CREATE TABLE discovery (
    target      text COLLATE "C" PRIMARY KEY,
    run         bigint NOT NULL DEFAULT 0,           -- 1, 2, 3, ...
    next_page   text COLLATE "C",                                 -- where a run goes on; null where none is under way
    next_at     bigint NOT NULL DEFAULT 0,           -- when it goes on, or the next one begins
    begun_at    bigint,
    finished_at bigint,
    found       bigint NOT NULL DEFAULT 0,           -- by the run that is under way, or the last
    proposed    bigint NOT NULL DEFAULT 0,
    reason      text COLLATE "C"                                  -- why it does not go on
);

-- What was seen of an identity when its target was last gone through.
CREATE TABLE discovered (
    target      text COLLATE "C" NOT NULL,
    remote_id   text COLLATE "C" NOT NULL,
    resource_id text COLLATE "C" NOT NULL,
    run         bigint NOT NULL,
    keys        text COLLATE "C" NOT NULL,                        -- the key ids: JSON
    missing_at  bigint,                              -- since when it is not shown any more
    PRIMARY KEY (target, remote_id)
);
CREATE INDEX discovered_run ON discovered (target, run);
