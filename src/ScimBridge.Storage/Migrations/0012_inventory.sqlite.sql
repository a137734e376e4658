-- What is under way about a service account, beside its resource: who answers for it on what ground, successions, duties, the orphan
-- queue, timers. The columns repeat what is looked for; the rest is in the JSON.
CREATE TABLE service_account (
    resource_id       text PRIMARY KEY REFERENCES resource (id) ON DELETE CASCADE,
    version           integer NOT NULL,
    use               text NOT NULL,
    state             text NOT NULL,                  -- JSON
    target            text,
    remote_id         text,
    bridge_credential text,                           -- the bridge's own credential that it stands for
    owners            integer NOT NULL,               -- how many people answer for how it works
    sponsors          integer NOT NULL,               -- and why it exists
    expires_at        integer,
    attest_by         integer,
    attested_at       integer,
    orphaned_at       integer,                        -- since when it stands on the orphan queue
    next_at           integer                         -- when its timers are to be looked at; null for never
) WITHOUT ROWID;
CREATE INDEX service_account_next ON service_account (next_at) WHERE next_at IS NOT NULL;
CREATE UNIQUE INDEX service_account_remote ON service_account (target, remote_id) WHERE remote_id IS NOT NULL;
CREATE UNIQUE INDEX service_account_bridge ON service_account (bridge_credential) WHERE bridge_credential IS NOT NULL;
CREATE INDEX service_account_orphans ON service_account (orphaned_at, resource_id) WHERE orphaned_at IS NOT NULL;

-- Whose matter an account is: whoever answers for it, is asked to, hands it over, made it, or knows a credential of it.
CREATE TABLE service_account_person (
    person_id   text NOT NULL,
    resource_id text NOT NULL REFERENCES service_account (resource_id) ON DELETE CASCADE,
    PRIMARY KEY (person_id, resource_id)
) WITHOUT ROWID;
CREATE INDEX service_account_person_by_account ON service_account_person (resource_id, person_id);

-- That a credential has to go. Repeats what is in the JSON, for figures, and outlives the account.
CREATE TABLE rotation_duty (
    resource_id  text NOT NULL,
    number       integer NOT NULL,                    -- 0, 1, 2, ... within the account
    key_id       text NOT NULL,
    person_id    text,                                -- whose knowledge brought it about
    opened_at    integer NOT NULL,
    due_at       integer NOT NULL,
    escalated_at integer,
    closed_at    integer,
    PRIMARY KEY (resource_id, number)
) WITHOUT ROWID;
CREATE INDEX rotation_duty_open ON rotation_duty (due_at) WHERE closed_at IS NULL;
CREATE INDEX rotation_duty_closed ON rotation_duty (closed_at, due_at) WHERE closed_at IS NOT NULL;
CREATE INDEX rotation_duty_by_person ON rotation_duty (person_id, resource_id) WHERE person_id IS NOT NULL;

-- That something of an account is to be looked at, at its target: a key, never a payload. Whoever works on it reads the truth.
CREATE TABLE service_account_task (
    target      text NOT NULL,
    resource_id text NOT NULL REFERENCES service_account (resource_id) ON DELETE CASCADE,
    verb        text NOT NULL CHECK (verb IN ('disable', 'enable', 'delete', 'rotate', 'revoke', 'block', 'prepare', 'owners')),
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
CREATE INDEX service_account_task_next ON service_account_task (target, lane, due_at) WHERE state = 'due';

-- A campaign in which those who answer for some accounts confirm that they are needed.
CREATE TABLE recertification (
    id           text PRIMARY KEY,
    filter       text,
    requested_by text NOT NULL,
    requested_at integer NOT NULL,
    due_at       integer NOT NULL
) WITHOUT ROWID;
CREATE TABLE recertification_account (
    recertification_id text NOT NULL REFERENCES recertification (id) ON DELETE CASCADE,
    resource_id        text NOT NULL,
    PRIMARY KEY (recertification_id, resource_id)
) WITHOUT ROWID;
