-- The use of an account is looked at too. SQLite cannot change a constraint: the table is made anew.
CREATE TABLE service_account_task_new (
    target      text NOT NULL,
    resource_id text NOT NULL REFERENCES service_account (resource_id) ON DELETE CASCADE,
    verb        text NOT NULL CHECK (verb IN ('disable', 'enable', 'delete', 'rotate', 'revoke', 'block', 'prepare', 'owners', 'use')),
    key_id      text NOT NULL DEFAULT '',
    lane        integer NOT NULL,
    due_at      integer NOT NULL,
    since       integer NOT NULL,                     -- when it was first asked for
    generation  integer NOT NULL DEFAULT 1,           -- grows with each mark, so that settling never swallows a newer one
    attempts    integer NOT NULL DEFAULT 0,
    state       text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'dead')),
    reason      text,
    correlation text NOT NULL,
    PRIMARY KEY (target, resource_id, verb, key_id)
) WITHOUT ROWID;
INSERT INTO service_account_task_new (target, resource_id, verb, key_id, lane, due_at, since, generation, attempts, state, reason, correlation)
SELECT target, resource_id, verb, key_id, lane, due_at, since, generation, attempts, state, reason, correlation FROM service_account_task;
DROP TABLE service_account_task;
ALTER TABLE service_account_task_new RENAME TO service_account_task;
CREATE INDEX service_account_task_next ON service_account_task (target, lane, due_at) WHERE state = 'due';

-- Whether somebody who has left still knows something is asked with each proof.
CREATE INDEX rotation_duty_open_by_person ON rotation_duty (person_id) WHERE closed_at IS NULL AND person_id IS NOT NULL;
