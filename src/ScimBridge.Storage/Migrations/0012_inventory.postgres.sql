-- What is under way about a service account, beside its resource: who answers for it on what ground, successions, duties, the orphan
-- queue, timers. The columns repeat what is looked for; the rest is in the JSON.
CREATE TABLE service_account (
    resource_id       text COLLATE "C" PRIMARY KEY REFERENCES resource (id) ON DELETE CASCADE,
    version           bigint NOT NULL,
    use               text COLLATE "C" NOT NULL,
    state             text NOT NULL,                  -- JSON
    target            text COLLATE "C",
    remote_id         text COLLATE "C",
    bridge_credential text COLLATE "C",                           -- the bridge's own credential that it stands for
    owners            bigint NOT NULL,               -- how many people answer for how it works
    sponsors          bigint NOT NULL,               -- and why it exists
    expires_at        bigint,
    attest_by         bigint,
    attested_at       bigint,
    orphaned_at       bigint,                        -- since when it stands on the orphan queue
    next_at           bigint                         -- when its timers are to be looked at; null for never
);
CREATE INDEX service_account_next ON service_account (next_at) WHERE next_at IS NOT NULL;
CREATE UNIQUE INDEX service_account_remote ON service_account (target, remote_id) WHERE remote_id IS NOT NULL;
CREATE UNIQUE INDEX service_account_bridge ON service_account (bridge_credential) WHERE bridge_credential IS NOT NULL;
CREATE INDEX service_account_orphans ON service_account (orphaned_at, resource_id) WHERE orphaned_at IS NOT NULL;

-- Whose matter an account is: whoever answers for it, is asked to, hands it over, made it, or knows a credential of it.
CREATE TABLE service_account_person (
    person_id   text COLLATE "C" NOT NULL,
    resource_id text COLLATE "C" NOT NULL REFERENCES service_account (resource_id) ON DELETE CASCADE,
    PRIMARY KEY (person_id, resource_id)
);
CREATE INDEX service_account_person_by_account ON service_account_person (resource_id, person_id);

-- That a credential has to go. Repeats what is in the JSON, for figures, and outlives the account.
CREATE TABLE rotation_duty (
    resource_id  text COLLATE "C" NOT NULL,
    number       bigint NOT NULL,                    -- 0, 1, 2, ... within the account
    key_id       text COLLATE "C" NOT NULL,
    person_id    text COLLATE "C",                                -- whose knowledge brought it about
    opened_at    bigint NOT NULL,
    due_at       bigint NOT NULL,
    escalated_at bigint,
    closed_at    bigint,
    PRIMARY KEY (resource_id, number)
);
CREATE INDEX rotation_duty_open ON rotation_duty (due_at) WHERE closed_at IS NULL;
CREATE INDEX rotation_duty_closed ON rotation_duty (closed_at, due_at) WHERE closed_at IS NOT NULL;
CREATE INDEX rotation_duty_by_person ON rotation_duty (person_id, resource_id) WHERE person_id IS NOT NULL;

-- That something of an account is to be looked at, at its target: a key, never a payload. Whoever works on it reads the truth.
CREATE TABLE service_account_task (
    target      text COLLATE "C" NOT NULL,
    resource_id text COLLATE "C" NOT NULL REFERENCES service_account (resource_id) ON DELETE CASCADE,
    verb        text COLLATE "C" NOT NULL CHECK (verb IN ('disable', 'enable', 'delete', 'rotate', 'revoke', 'block', 'prepare', 'owners')),
    key_id      text COLLATE "C" NOT NULL DEFAULT '',
    lane        smallint NOT NULL,
    due_at      bigint NOT NULL,
    since       bigint NOT NULL,                     -- when it was first asked for
    generation  bigint NOT NULL DEFAULT 1,           -- grows with each mark, so that settling never swallows a newer one
    attempts    bigint NOT NULL DEFAULT 0,
    state       text COLLATE "C" NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'dead')),
    reason      text COLLATE "C",
    correlation text COLLATE "C" NOT NULL,
    PRIMARY KEY (target, resource_id, verb, key_id)
);
CREATE INDEX service_account_task_next ON service_account_task (target, lane, due_at) WHERE state = 'due';

-- A campaign in which those who answer for some accounts confirm that they are needed.
CREATE TABLE recertification (
    id           text COLLATE "C" PRIMARY KEY,
    filter       text COLLATE "C",
    requested_by text COLLATE "C" NOT NULL,
    requested_at bigint NOT NULL,
    due_at       bigint NOT NULL
);
CREATE TABLE recertification_account (
    recertification_id text COLLATE "C" NOT NULL REFERENCES recertification (id) ON DELETE CASCADE,
    resource_id        text COLLATE "C" NOT NULL,
    PRIMARY KEY (recertification_id, resource_id)
);
