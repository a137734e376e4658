-- Comparisons of what a target has with what it should have: asked for, or by schedule. Each step notes how far it has come.
CREATE TABLE reconciliation (
    id           text COLLATE "C" PRIMARY KEY,
    target       text COLLATE "C" NOT NULL,
    scope        text COLLATE "C" NOT NULL CHECK (scope IN ('worker', 'privileged', 'delta', 'full')),
    urgency      bigint NOT NULL,                 -- of the scope: the small before the large
    subject      text COLLATE "C",                             -- of one worker: the user
    mode         text COLLATE "C" NOT NULL CHECK (mode IN ('report', 'enforce')),
    state        text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'running', 'held', 'done', 'failed')),
    phase        text COLLATE "C" NOT NULL,
    place        text COLLATE "C",                             -- how far the phase has come, as it or the target understands it
    counts       text COLLATE "C" NOT NULL,                    -- JSON
    differences  bigint NOT NULL DEFAULT 0,       -- how many are noted
    attempts     bigint NOT NULL DEFAULT 0,       -- of the step, in vain
    reason       text COLLATE "C",                             -- why it waits, or failed
    approved     boolean NOT NULL DEFAULT false,   -- somebody lets pass what was held
    user_mark    text COLLATE "C",                             -- from where the next one asks what has changed
    group_mark   text COLLATE "C",
    requested_by text COLLATE "C" NOT NULL,
    created_at   bigint NOT NULL,
    started_at   bigint,
    finished_at  bigint,
    next_at      bigint NOT NULL                  -- when to go on
);
CREATE INDEX reconciliation_open ON reconciliation (target, urgency, id) WHERE state IN ('waiting', 'running');
CREATE INDEX reconciliation_by_scope ON reconciliation (target, scope, id);

-- What was found. Names and ids, no values.
CREATE TABLE difference (
    reconciliation_id text COLLATE "C" NOT NULL REFERENCES reconciliation (id) ON DELETE CASCADE,
    number       bigint NOT NULL,                 -- 1, 2, 3, ...
    kind         text COLLATE "C" NOT NULL,
    about        text COLLATE "C" NOT NULL,                    -- 'user', 'group'
    resource_id  text COLLATE "C",
    remote_id    text COLLATE "C",
    group_id     text COLLATE "C",
    what         text COLLATE "C" NOT NULL,                    -- JSON: names
    standing     text COLLATE "C" NOT NULL CHECK (standing IN ('open', 'pending', 'shielded', 'enforced')),
    because      text COLLATE "C",
    PRIMARY KEY (reconciliation_id, number)
);
CREATE INDEX difference_by_resource ON difference (reconciliation_id, resource_id) WHERE resource_id IS NOT NULL;

-- What a listing under way has shown: what it has not is missing.
CREATE TABLE reconciliation_seen (
    reconciliation_id text COLLATE "C" NOT NULL REFERENCES reconciliation (id) ON DELETE CASCADE,
    about        text COLLATE "C" NOT NULL,
    remote_id    text COLLATE "C" NOT NULL,
    PRIMARY KEY (reconciliation_id, about, remote_id)
);

-- Whose an account is.
CREATE INDEX link_by_remote ON link (target, remote_id) WHERE remote_id IS NOT NULL;
