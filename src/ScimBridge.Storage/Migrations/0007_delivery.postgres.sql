-- What came of the last call, in words that somebody can act on; and marks that wait at the door of their target for a decision.
ALTER TABLE due ADD COLUMN failure text COLLATE "C";                             -- JSON: call, status, code, request id, meaning, advice
ALTER TABLE due ADD COLUMN code text COLLATE "C";                                -- of the failure
ALTER TABLE due ADD COLUMN tried_at bigint;                         -- when it was tried last
ALTER TABLE due ADD COLUMN hold_id text COLLATE "C";                             -- the hold that it waits in
DROP INDEX due_next;
DROP INDEX due_first;
DROP INDEX due_dead;
CREATE INDEX due_next ON due (target, lane, due_at, member_id) WHERE NOT dead AND hold_id IS NULL;
CREATE INDEX due_first ON due (target, due_at) WHERE NOT dead AND hold_id IS NULL;
CREATE INDEX due_dead ON due (target, resource_id, member_id) WHERE dead;
CREATE INDEX due_held ON due (hold_id, resource_id) WHERE hold_id IS NOT NULL;

-- What the bridge remembers of a target between two deliveries: its breaker, and how long it asked everybody to wait.
CREATE TABLE target_state (
    target       text COLLATE "C" PRIMARY KEY,
    failures     bigint NOT NULL,                  -- calls that failed in a row
    opened_at    bigint,                           -- since when nothing but probes is called
    probe_at     bigint,                           -- when to ask next whether it is back
    probes       bigint NOT NULL,                  -- how often that was asked in vain
    reason       text COLLATE "C",
    paused_until bigint
);

-- Which accounts the guard has let be disabled or deleted, and when: what its limits are counted against.
CREATE TABLE door_passed (
    target      text COLLATE "C" NOT NULL,
    effect      text COLLATE "C" NOT NULL,                      -- 'disable', 'delete'
    resource_id text COLLATE "C" NOT NULL,
    at          bigint NOT NULL,
    approved    boolean NOT NULL,                   -- by a person; counts against no limit
    PRIMARY KEY (target, effect, resource_id)
);
CREATE INDEX door_passed_by_time ON door_passed (target, effect, at) WHERE NOT approved;

-- A membership that is being begun, and of which is not known whether the target has it: who is to leave then leaves all the same.
ALTER TABLE link_member ADD COLUMN sure boolean NOT NULL DEFAULT true;
