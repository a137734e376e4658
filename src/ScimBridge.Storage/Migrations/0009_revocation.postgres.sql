-- How often the target has said that something is done, and has not shown it.
ALTER TABLE due ADD COLUMN denied bigint NOT NULL DEFAULT 0;

-- The end of one person's access, from the decision until every target has shown what is left of it.
CREATE TABLE revocation (
    id           text COLLATE "C" PRIMARY KEY,
    resource_id  text COLLATE "C" NOT NULL,                    -- no foreign key: what was done outlives the user
    source       text COLLATE "C" NOT NULL,
    worker_id    text COLLATE "C" NOT NULL,
    cause        text COLLATE "C" NOT NULL,                    -- 'leaver', or 'order': somebody had it done at once
    correlation  text COLLATE "C" NOT NULL,
    record_hash  text COLLATE "C" NOT NULL,                    -- of the HR record that it rests on
    heard_at     bigint NOT NULL,                 -- when that record came in
    effective_at bigint NOT NULL,                 -- from when it counts, which may be before
    requested_at bigint NOT NULL,                 -- when it was decided
    due_at       bigint NOT NULL,                 -- until when it is to be verified
    state        text COLLATE "C" NOT NULL CHECK (state IN ('open', 'closed', 'returned')),
    closed_at    bigint,
    escalated_at bigint,
    proofs       bigint NOT NULL DEFAULT 0,       -- how many there are
    head         text COLLATE "C" NOT NULL                     -- the hash of the last; of the case itself while there is none
);
CREATE UNIQUE INDEX revocation_current ON revocation (resource_id) WHERE state <> 'returned';
CREATE INDEX revocation_open ON revocation (due_at) WHERE state = 'open' AND escalated_at IS NULL;
CREATE INDEX revocation_by_resource ON revocation (resource_id, id);

-- Each thing that was seen of the person's access, in order. Each hash is over the one before.
CREATE TABLE proof (
    revocation_id text COLLATE "C" NOT NULL REFERENCES revocation (id),
    number        bigint NOT NULL,                -- 1, 2, 3, ... within the case
    target        text COLLATE "C" NOT NULL,
    kind          text COLLATE "C" NOT NULL,                   -- of access
    at            bigint NOT NULL,
    method        text COLLATE "C" NOT NULL,                   -- the call, without identifiers
    value         text COLLATE "C" NOT NULL,                   -- what it showed, without personal data
    verdict       text COLLATE "C" NOT NULL CHECK (verdict IN ('cut', 'left', 'unknown')),
    actor         text COLLATE "C" NOT NULL,
    previous      text COLLATE "C" NOT NULL,
    hash          text COLLATE "C" NOT NULL,
    PRIMARY KEY (revocation_id, number),
    UNIQUE (revocation_id, number, target, kind, verdict)
);

-- What has to end where. That something is verified cannot be written without a proof of just that, which says so.
CREATE TABLE revocation_step (
    revocation_id   text COLLATE "C" NOT NULL REFERENCES revocation (id),
    target          text COLLATE "C" NOT NULL,
    kind            text COLLATE "C" NOT NULL,
    resource_id     text COLLATE "C" NOT NULL,
    remote_id       text COLLATE "C",
    state           text COLLATE "C" NOT NULL CHECK (state IN ('requested', 'acknowledged', 'verified', 'failed', 'unverifiable')),
    requested_at    bigint NOT NULL,
    acknowledged_at bigint,
    verified_at     bigint,
    due_at          bigint NOT NULL,
    next_at         bigint,                       -- when to look next; null for never
    checks          bigint NOT NULL DEFAULT 0,    -- how often it was looked at again after it was verified
    attempts        bigint NOT NULL DEFAULT 0,
    reason          text COLLATE "C",
    owner           text COLLATE "C",                          -- who answers for what cannot be verified
    proof_number    bigint,
    proof_verdict   text COLLATE "C",
    PRIMARY KEY (revocation_id, target, kind),
    CHECK (state <> 'verified' OR (proof_number IS NOT NULL AND proof_verdict IS NOT NULL AND proof_verdict = 'cut')),
    CHECK (state <> 'unverifiable' OR (reason IS NOT NULL AND owner IS NOT NULL)),
    FOREIGN KEY (revocation_id, proof_number, target, kind, proof_verdict)
        REFERENCES proof (revocation_id, number, target, kind, verdict)
);
CREATE INDEX revocation_step_next ON revocation_step (target, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX revocation_step_open ON revocation_step (target, next_at) WHERE next_at IS NOT NULL AND state <> 'verified';
CREATE INDEX revocation_step_again ON revocation_step (target, next_at) WHERE next_at IS NOT NULL AND state = 'verified';
CREATE INDEX revocation_step_by_resource ON revocation_step (target, resource_id) WHERE next_at IS NOT NULL;

-- Somebody's order to end a worker's access at once, whatever HR says, until it is lifted.
CREATE TABLE revocation_order (
    id           text COLLATE "C" PRIMARY KEY,
    resource_id  text COLLATE "C" NOT NULL,
    reason       text COLLATE "C" NOT NULL,
    for_cause    boolean NOT NULL,
    requested_by text COLLATE "C" NOT NULL,
    requested_at bigint NOT NULL,
    expires_at   bigint NOT NULL,                 -- until when a second person may approve it
    approved_by  text COLLATE "C",
    approved_at  bigint,
    lifted_by    text COLLATE "C",
    lifted_at    bigint
);
CREATE UNIQUE INDEX revocation_order_in_force ON revocation_order (resource_id) WHERE approved_at IS NOT NULL AND lifted_at IS NULL;
CREATE INDEX revocation_order_by_resource ON revocation_order (resource_id, id);
CREATE INDEX revocation_order_by_time ON revocation_order (approved_at) WHERE approved_at IS NOT NULL;

-- What was seen is not taken back.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'A proof is neither changed nor deleted.'; END $$;
CREATE TRIGGER proof_stays BEFORE UPDATE OR DELETE ON proof FOR EACH ROW EXECUTE FUNCTION refuse_change();
