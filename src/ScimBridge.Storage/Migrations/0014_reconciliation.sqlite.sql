-- Comparisons of what a target has with what it should have: asked for, or by schedule. Each step notes how far it has come.
CREATE TABLE reconciliation (
    id           text PRIMARY KEY,
    target       text NOT NULL,
    scope        text NOT NULL CHECK (scope IN ('worker', 'privileged', 'delta', 'full')),
    urgency      integer NOT NULL,                 -- of the scope: the small before the large
    subject      text,                             -- of one worker: the user
    mode         text NOT NULL CHECK (mode IN ('report', 'enforce')),
    state        text NOT NULL CHECK (state IN ('waiting', 'running', 'held', 'done', 'failed')),
    phase        text NOT NULL,
    place        text,                             -- how far the phase has come, as it or the target understands it
    counts       text NOT NULL,                    -- JSON
    differences  integer NOT NULL DEFAULT 0,       -- how many are noted
    attempts     integer NOT NULL DEFAULT 0,       -- of the step, in vain
    reason       text,                             -- why it waits, or failed
    approved     boolean NOT NULL DEFAULT false,   -- somebody lets pass what was held
    user_mark    text,                             -- from where the next one asks what has changed
    group_mark   text,
    requested_by text NOT NULL,
    created_at   integer NOT NULL,
    started_at   integer,
    finished_at  integer,
    next_at      integer NOT NULL                  -- when to go on
) WITHOUT ROWID;
CREATE INDEX reconciliation_open ON reconciliation (target, urgency, id) WHERE state IN ('waiting', 'running');
CREATE INDEX reconciliation_by_scope ON reconciliation (target, scope, id);

-- What was found. Names and ids, no values.
CREATE TABLE difference (
    reconciliation_id text NOT NULL REFERENCES reconciliation (id) ON DELETE CASCADE,
    number       integer NOT NULL,                 -- 1, 2, 3, ...
    kind         text NOT NULL,
    about        text NOT NULL,                    -- 'user', 'group'
    resource_id  text,
    remote_id    text,
    group_id     text,
    what         text NOT NULL,                    -- JSON: names
    standing     text NOT NULL CHECK (standing IN ('open', 'pending', 'shielded', 'enforced')),
    because      text,
    PRIMARY KEY (reconciliation_id, number)
) WITHOUT ROWID;
CREATE INDEX difference_by_resource ON difference (reconciliation_id, resource_id) WHERE resource_id IS NOT NULL;

-- What a listing under way has shown: what it has not is missing.
CREATE TABLE reconciliation_seen (
    reconciliation_id text NOT NULL REFERENCES reconciliation (id) ON DELETE CASCADE,
    about        text NOT NULL,
    remote_id    text NOT NULL,
    PRIMARY KEY (reconciliation_id, about, remote_id)
) WITHOUT ROWID;

-- Whose an account is.
CREATE INDEX link_by_remote ON link (target, remote_id) WHERE remote_id IS NOT NULL;
