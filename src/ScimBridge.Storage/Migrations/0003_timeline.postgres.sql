-- The records become a timeline: what a source said, never overwritten, each with the day from which it holds and the time since which
-- it is known. Only the time in which a record was held to be true can be closed, when its batch is rolled back.
DROP INDEX record_in_force;
ALTER TABLE record RENAME TO record_before;
CREATE TABLE record (
    seq           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source        text COLLATE "C" NOT NULL,
    number        bigint NOT NULL,
    recorded_at   bigint NOT NULL,
    retracted_at  bigint,
    batch_id      text COLLATE "C" NOT NULL,
    row           bigint NOT NULL,
    hash          text COLLATE "C" NOT NULL,
    relationship  text COLLATE "C" NOT NULL,                   -- the source's key of the working relationship
    slot          text COLLATE "C" NOT NULL,                   -- the period of it that the record is about: of several, one holds
    effective     bigint NOT NULL,                -- the day from which it holds: days since 1970-01-01, in the worker's zone
    dated         boolean NOT NULL,                -- the source said from when; otherwise a snapshot
    sequence      bigint NOT NULL,                -- the source's order
    kind          bigint NOT NULL,                -- 0 change, 1 new, 2 correction, 3 rescind
    partial       boolean NOT NULL,                -- states only some of the facts
    facts         text COLLATE "C" NOT NULL,                   -- JSON of the canonical facts
    FOREIGN KEY (source, number) REFERENCES worker (source, number)
);
INSERT INTO record (source, number, recorded_at, batch_id, row, hash, relationship, slot, effective, dated, sequence, kind, partial, facts)
SELECT r.source, r.number, r.recorded_at, r.batch_id, r.row, r.hash, w.worker_id, '~' || r.seq, r.recorded_at / 86400000000, false,
    r.recorded_at * 10, 0, false, r.facts
FROM record_before r JOIN worker w ON w.source = r.source AND w.number = r.number ORDER BY r.seq;
DROP TABLE record_before;
CREATE INDEX record_by_worker ON record (source, number);
CREATE INDEX record_by_batch ON record (batch_id, row);

ALTER TABLE worker ADD COLUMN generation bigint NOT NULL DEFAULT 1;      -- grows with each record, so that a decision never swallows a newer one
ALTER TABLE worker ADD COLUMN decided_seq bigint NOT NULL DEFAULT 0;     -- the last record that a decision has looked at
ALTER TABLE worker ADD COLUMN decided_at bigint NOT NULL DEFAULT 0;      -- when it looked
ALTER TABLE worker ADD COLUMN department text COLLATE "C";                         -- of the last record: the strata of the breaker
ALTER TABLE worker ADD COLUMN country text COLLATE "C";
ALTER TABLE worker ADD COLUMN missing_since bigint;                      -- not in a full feed that proved itself complete
DROP INDEX worker_awaiting;
CREATE INDEX worker_by_manager ON worker (source, manager_id) WHERE manager_id IS NOT NULL;
CREATE INDEX worker_missing ON worker (source) WHERE missing_since IS NOT NULL;

-- Where a source tells persons from working relationships, a relationship has a key of its own.
CREATE TABLE relationship (
    source       text COLLATE "C" NOT NULL,
    relationship text COLLATE "C" NOT NULL,
    worker_id    text COLLATE "C" NOT NULL,
    PRIMARY KEY (source, relationship)
);

-- Records that wait: for the end of their batch and the verdict on it, then, where that is to hold them, for a person.
CREATE TABLE held_record (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source       text COLLATE "C" NOT NULL,
    number       bigint NOT NULL,
    recorded_at  bigint NOT NULL,
    batch_id     text COLLATE "C" NOT NULL,
    row          bigint NOT NULL,
    hash         text COLLATE "C" NOT NULL,
    relationship text COLLATE "C" NOT NULL,
    slot         text COLLATE "C" NOT NULL,
    effective    bigint NOT NULL,
    dated        boolean NOT NULL,
    sequence     bigint NOT NULL,
    kind         bigint NOT NULL,
    partial      boolean NOT NULL,
    facts        text COLLATE "C" NOT NULL,
    manager_id   text COLLATE "C",
    department   text COLLATE "C",
    country      text COLLATE "C",
    effect       bigint NOT NULL,
    move         text COLLATE "C",                              -- from where to where it moves the worker
    hold_id      text COLLATE "C",                              -- null until the batch has been judged
    outcome      text COLLATE "C"                               -- null while it waits; 'passed', 'approved', 'rejected', 'expired', 'superseded'
);
CREATE INDEX held_record_waiting ON held_record (source, number) WHERE outcome IS NULL;
CREATE INDEX held_record_by_batch ON held_record (batch_id, row);
CREATE INDEX held_record_by_hold ON held_record (hold_id, id) WHERE hold_id IS NOT NULL;

CREATE TABLE hold (
    id         text COLLATE "C" PRIMARY KEY,
    source     text COLLATE "C" NOT NULL,
    batch_id   text COLLATE "C" NOT NULL,
    kind       text COLLATE "C" NOT NULL,                       -- 'breaker', 'reorganisation', 'missing'
    reasons    text COLLATE "C" NOT NULL,                       -- JSON: why, in figures
    state      text COLLATE "C" NOT NULL,                       -- 'open', 'decided', 'expired'
    records    bigint NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    decided_at bigint,
    decided_by text COLLATE "C"
);
CREATE INDEX hold_open ON hold (source, expires_at) WHERE state = 'open';

-- How much of each effect has passed without a person's approval, by day: what the slow bleed is seen by.
CREATE TABLE effect_passed (
    source text COLLATE "C" NOT NULL,
    day    bigint NOT NULL,
    effect bigint NOT NULL,
    count  bigint NOT NULL,
    PRIMARY KEY (source, effect, day)
);

-- Records that are not believed. The last good state of their worker stays.
CREATE TABLE quarantine (
    source    text COLLATE "C" NOT NULL,
    worker_id text COLLATE "C" NOT NULL,                        -- the source's key, as the record has it
    id        text COLLATE "C" NOT NULL UNIQUE,
    rule      text COLLATE "C" NOT NULL,
    field     text COLLATE "C",
    reason    text COLLATE "C" NOT NULL,
    batch_id  text COLLATE "C" NOT NULL,
    row       bigint NOT NULL,
    hash      text COLLATE "C",
    since     bigint NOT NULL,
    seen_at   bigint NOT NULL,
    PRIMARY KEY (source, worker_id)
);
-- Records that a person has believed all the same.
CREATE TABLE released_record (
    source text COLLATE "C" NOT NULL,
    hash   text COLLATE "C" NOT NULL,
    PRIMARY KEY (source, hash)
);

CREATE TABLE lifecycle_event (
    seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source       text COLLATE "C" NOT NULL,
    worker_id    text COLLATE "C" NOT NULL,
    resource_id  text COLLATE "C" NOT NULL,
    type         text COLLATE "C" NOT NULL,
    effective_at bigint NOT NULL,
    recorded_at  bigint NOT NULL,
    record_seq   bigint,                              -- the record that it comes of; null where time passed
    batch_id     text COLLATE "C" NOT NULL,
    changed      text COLLATE "C" NOT NULL                      -- JSON: the names of the facts that changed
);
CREATE INDEX lifecycle_event_by_source ON lifecycle_event (source, seq);
CREATE UNIQUE INDEX lifecycle_event_once ON lifecycle_event (record_seq) WHERE record_seq IS NOT NULL;

ALTER TABLE batch ADD COLUMN as_of bigint;                              -- the instant as of which it was made; null for the time it came in
ALTER TABLE batch ADD COLUMN expected_rows bigint;                      -- how many rows its sender says there are
ALTER TABLE batch ADD COLUMN checksum text COLLATE "C";                           -- SHA-256 of its bytes, hex
ALTER TABLE batch ADD COLUMN idempotency_key text COLLATE "C";
ALTER TABLE batch ADD COLUMN format text COLLATE "C";                             -- 'csv', 'json', 'ndjson'; null for what the source reads
ALTER TABLE batch ADD COLUMN dry_run boolean NOT NULL DEFAULT false;
ALTER TABLE batch ADD COLUMN partial boolean NOT NULL DEFAULT false; -- its records state only what changes
ALTER TABLE batch ADD COLUMN held bigint NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN report text COLLATE "C";                             -- JSON: what a dry run found
ALTER TABLE batch ADD COLUMN pull_cursor text COLLATE "C";                          -- of a batch that was pulled: where the next pull goes on
ALTER TABLE batch ADD COLUMN rolled_back_at bigint;
CREATE UNIQUE INDEX batch_by_idempotency_key ON batch (source, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX batch_by_checksum ON batch (source, checksum) WHERE checksum IS NOT NULL;

-- What the bridge remembers of a source between two readings.
CREATE TABLE source_state (
    source     text COLLATE "C" PRIMARY KEY,
    heard_at   bigint,                                -- when it last spoke, whatever it said
    cursor     text COLLATE "C",                                -- where the next pull goes on
    pull_at    bigint,                           -- when to pull next
    pull_error text COLLATE "C"                               -- why the last pull brought nothing
);
-- Webhooks that were heard, for as long as they could be replayed.
CREATE TABLE heard_event (
    source   text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    heard_at bigint NOT NULL,
    PRIMARY KEY (source, event_id)
);
CREATE INDEX heard_event_by_age ON heard_event (heard_at);
