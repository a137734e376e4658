-- How often the target has said that something is done, and has not shown it.
ALTER TABLE due ADD COLUMN denied integer NOT NULL DEFAULT 0;

-- The end of one person's access, from the decision until every target has shown what is left of it.
CREATE TABLE revocation (
    id           text PRIMARY KEY,
    resource_id  text NOT NULL,                    -- no foreign key: what was done outlives the user
    source       text NOT NULL,
    worker_id    text NOT NULL,
    cause        text NOT NULL,                    -- 'leaver', or 'order': somebody had it done at once
    correlation  text NOT NULL,
    record_hash  text NOT NULL,                    -- of the HR record that it rests on
    heard_at     integer NOT NULL,                 -- when that record came in
    effective_at integer NOT NULL,                 -- from when it counts, which may be before
    requested_at integer NOT NULL,                 -- when it was decided
    due_at       integer NOT NULL,                 -- until when it is to be verified
    state        text NOT NULL CHECK (state IN ('open', 'closed', 'returned')),
    closed_at    integer,
    escalated_at integer,
    proofs       integer NOT NULL DEFAULT 0,       -- how many there are
    head         text NOT NULL                     -- the hash of the last; of the case itself while there is none
) WITHOUT ROWID;
CREATE UNIQUE INDEX revocation_current ON revocation (resource_id) WHERE state <> 'returned';
CREATE INDEX revocation_open ON revocation (due_at) WHERE state = 'open' AND escalated_at IS NULL;
CREATE INDEX revocation_by_resource ON revocation (resource_id, id);

-- Each thing that was seen of the person's access, in order. Each hash is over the one before.
CREATE TABLE proof (
    revocation_id text NOT NULL REFERENCES revocation (id),
    number        integer NOT NULL,                -- 1, 2, 3, ... within the case
    target        text NOT NULL,
    kind          text NOT NULL,                   -- of access
    at            integer NOT NULL,
    method        text NOT NULL,                   -- the call, without identifiers
    value         text NOT NULL,                   -- what it showed, without personal data
    verdict       text NOT NULL CHECK (verdict IN ('cut', 'left', 'unknown')),
    actor         text NOT NULL,
    previous      text NOT NULL,
    hash          text NOT NULL,
    PRIMARY KEY (revocation_id, number),
    UNIQUE (revocation_id, number, target, kind, verdict)
) WITHOUT ROWID;

-- What has to end where. That something is verified cannot be written without a proof of just that, which says so.
CREATE TABLE revocation_step (
    revocation_id   text NOT NULL REFERENCES revocation (id),
    target          text NOT NULL,
    kind            text NOT NULL,
    resource_id     text NOT NULL,
    remote_id       text,
    state           text NOT NULL CHECK (state IN ('requested', 'acknowledged', 'verified', 'failed', 'unverifiable')),
    requested_at    integer NOT NULL,
    acknowledged_at integer,
    verified_at     integer,
    due_at          integer NOT NULL,
    next_at         integer,                       -- when to look next; null for never
    checks          integer NOT NULL DEFAULT 0,    -- how often it was looked at again after it was verified
    attempts        integer NOT NULL DEFAULT 0,
    reason          text,
    owner           text,                          -- who answers for what cannot be verified
    proof_number    integer,
    proof_verdict   text,
    PRIMARY KEY (revocation_id, target, kind),
    CHECK (state <> 'verified' OR (proof_number IS NOT NULL AND proof_verdict IS NOT NULL AND proof_verdict = 'cut')),
    CHECK (state <> 'unverifiable' OR (reason IS NOT NULL AND owner IS NOT NULL)),
    FOREIGN KEY (revocation_id, proof_number, target, kind, proof_verdict)
        REFERENCES proof (revocation_id, number, target, kind, verdict)
) WITHOUT ROWID;
CREATE INDEX revocation_step_next ON revocation_step (target, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX revocation_step_open ON revocation_step (target, next_at) WHERE next_at IS NOT NULL AND state <> 'verified';
CREATE INDEX revocation_step_again ON revocation_step (target, next_at) WHERE next_at IS NOT NULL AND state = 'verified';
CREATE INDEX revocation_step_by_resource ON revocation_step (target, resource_id) WHERE next_at IS NOT NULL;

-- Somebody's order to end a worker's access at once, whatever HR says, until it is lifted.
CREATE TABLE revocation_order (
    id           text PRIMARY KEY,
    resource_id  text NOT NULL,
    reason       text NOT NULL,
    for_cause    boolean NOT NULL,
    requested_by text NOT NULL,
    requested_at integer NOT NULL,
    expires_at   integer NOT NULL,                 -- until when a second person may approve it
    approved_by  text,
    approved_at  integer,
    lifted_by    text,
    lifted_at    integer
) WITHOUT ROWID;
CREATE UNIQUE INDEX revocation_order_in_force ON revocation_order (resource_id) WHERE approved_at IS NOT NULL AND lifted_at IS NULL;
CREATE INDEX revocation_order_by_resource ON revocation_order (resource_id, id);
CREATE INDEX revocation_order_by_time ON revocation_order (approved_at) WHERE approved_at IS NOT NULL;

-- What was seen is not taken back.
CREATE TRIGGER proof_stays BEFORE UPDATE ON proof BEGIN SELECT RAISE(ABORT, 'A proof is not changed.'); END;
CREATE TRIGGER proof_is_kept BEFORE DELETE ON proof BEGIN SELECT RAISE(ABORT, 'A proof is not deleted.'); END;
