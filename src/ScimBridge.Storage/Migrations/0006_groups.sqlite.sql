-- A membership has up to two grounds, and lasts as long as it has one: what a rule gave is taken by rules, what a hand gave by hands.
ALTER TABLE membership ADD COLUMN by_hand boolean NOT NULL DEFAULT false;
ALTER TABLE membership ADD COLUMN until integer;                          -- when the hand's ground ends by itself
UPDATE membership SET by_hand = NOT by_rule;
CREATE INDEX membership_ending ON membership (until) WHERE until IS NOT NULL;

-- What hands gave, and policy has suspended: it comes back when policy lets it.
CREATE TABLE suspended_membership (
    member_id   text NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
    group_id    text NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
    until       integer,                                                  -- as it was
    since       integer NOT NULL,
    PRIMARY KEY (member_id, group_id)
) WITHOUT ROWID;
CREATE INDEX suspended_membership_by_group ON suspended_membership (group_id);

-- The rules of groups: one row. Those in force, and those that somebody wants instead.
CREATE TABLE rule_book (
    name         text PRIMARY KEY,                                        -- 'groups'
    in_force     text NOT NULL,                                           -- JSON; '' for what the product does by itself
    wanted       text,                                                    -- JSON or '' likewise; null where what is wanted is in force
    approved     boolean NOT NULL DEFAULT false,                          -- somebody has approved what is wanted
    hold_id      text,                                                    -- what is wanted is held
    marked_source text,                                                   -- everybody is being made due: how far that is; null when done
    marked_number integer
) WITHOUT ROWID;
-- Who was decided before there were rules was decided by what the product did.
INSERT INTO rule_book (name, in_force) SELECT 'groups', '' WHERE EXISTS (SELECT 1 FROM worker);

-- The preview of a hold of rules: who would lose what.
CREATE TABLE held_membership (
    hold_id      text NOT NULL,
    seq          integer NOT NULL,
    source       text NOT NULL,
    worker_id    text NOT NULL,
    group_id     text NOT NULL,
    PRIMARY KEY (hold_id, seq)
) WITHOUT ROWID;

-- What happened to a worker with no new record; the others are found by their record.
CREATE INDEX lifecycle_event_of_time ON lifecycle_event (resource_id, seq) WHERE record_seq IS NULL;
