-- Instants are microseconds since 1970-01-01T00:00:00Z. Text that is compared is compared byte by byte, so that
-- both databases order and match alike.

CREATE TABLE resource (
    id          text PRIMARY KEY,                   -- UUID version 7: unique over all types, in order of creation
    type        text NOT NULL,                      -- name of the SCIM resource type
    version     integer NOT NULL,                   -- 1, 2, 3, ...: the ETag
    created_at  integer NOT NULL,
    modified_at integer NOT NULL,
    origin      text,                               -- who brought it in: 'hr:<source>', 'client:<name>', 'rule:<key>'
    body        text NOT NULL,                      -- SCIM JSON without id, meta, members, groups
    search      text NOT NULL                       -- the body with every scalar folded to the form in which it is compared
);
CREATE INDEX resource_by_type ON resource (type, id);
CREATE INDEX resource_by_created ON resource (type, created_at, id);
CREATE INDEX resource_by_modified ON resource (type, modified_at, id);
CREATE UNIQUE INDEX resource_by_rule ON resource (origin) WHERE origin LIKE 'rule:%';

-- One row for each indexed value of a resource, in the form in which it is compared. No foreign key: whoever writes a resource knows
-- the values that it had and has, and an index for cascading would double the cost of every write.
CREATE TABLE resource_key (
    type        text NOT NULL,
    path        text NOT NULL,
    value       text NOT NULL,
    resource_id text NOT NULL,
    is_unique   boolean NOT NULL,
    PRIMARY KEY (type, path, value, resource_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX resource_key_unique ON resource_key (type, path, value) WHERE is_unique;

CREATE TABLE membership (
    group_id    text NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
    member_id   text NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
    by_rule     boolean NOT NULL,                   -- made by policy, and taken away by policy; otherwise by a client
    since       integer NOT NULL,
    PRIMARY KEY (group_id, member_id)
) WITHOUT ROWID;
CREATE INDEX membership_by_member ON membership (member_id, group_id);

CREATE TABLE journal (
    seq         integer PRIMARY KEY AUTOINCREMENT,
    at          integer NOT NULL,
    kind        text NOT NULL,                      -- e.g. 'user.created'
    subject     text NOT NULL,                      -- id of the resource
    actor       text NOT NULL,                      -- 'hr:<source>', 'client:<name>', 'system'
    correlation text NOT NULL,                      -- runs from the HR batch or the request to the last call at a target
    data        text NOT NULL                       -- JSON; names of attributes, never their values
);
CREATE INDEX journal_by_subject ON journal (subject, seq);

CREATE TABLE batch (
    id          text PRIMARY KEY,
    source      text NOT NULL,
    path        text NOT NULL,                      -- the file that is read
    name        text NOT NULL,                      -- as people know it
    mode        text NOT NULL,                      -- 'full' or 'delta'
    spooled     boolean NOT NULL,                   -- the file is ours and goes when the batch is done
    state       text NOT NULL,                      -- 'waiting', 'reading', 'read', 'failed'
    error       text,
    rows        integer NOT NULL DEFAULT 0,
    changed     integer NOT NULL DEFAULT 0,
    unchanged   integer NOT NULL DEFAULT 0,
    faults      integer NOT NULL DEFAULT 0,
    created_at  integer NOT NULL,
    finished_at integer
);
CREATE INDEX batch_open ON batch (source, created_at) WHERE state IN ('waiting', 'reading');
CREATE INDEX batch_by_source ON batch (source, id);

CREATE TABLE batch_fault (
    batch_id    text NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
    row         integer NOT NULL,
    col         text,
    worker_id   text,
    reason      text NOT NULL,
    PRIMARY KEY (batch_id, row)
) WITHOUT ROWID;

CREATE TABLE worker (
    source      text NOT NULL,
    worker_id   text NOT NULL,                      -- the source's key
    number      integer NOT NULL,                   -- 0, 1, 2, ... within the source: a feed is ticked off in a bit map
    resource_id text NOT NULL UNIQUE,               -- given when the worker is first heard of; the resource itself may never come to be
    record_hash text NOT NULL,                      -- of the record that holds now
    manager_id  text,                               -- the source's key of the manager
    awaits_manager boolean NOT NULL DEFAULT false,  -- decided while the manager was not known
    access      text,                               -- access state of the last decision
    decide_at   integer,                            -- when to decide next: a record came in, or a date falls due
    correlation text NOT NULL,                      -- of the batch that spoke last
    PRIMARY KEY (source, worker_id),
    UNIQUE (source, number)
) WITHOUT ROWID;
CREATE INDEX worker_due ON worker (source, decide_at) WHERE decide_at IS NOT NULL;
CREATE INDEX worker_awaiting ON worker (source, manager_id) WHERE awaits_manager;

-- What a source said, never overwritten: a later record ends the time in which an earlier one was held to be true.
CREATE TABLE record (
    seq           integer PRIMARY KEY AUTOINCREMENT,
    source        text NOT NULL,
    number        integer NOT NULL,
    recorded_at   integer NOT NULL,
    superseded_at integer,
    batch_id      text NOT NULL,
    row           integer NOT NULL,
    hash          text NOT NULL,
    facts         text NOT NULL,                    -- JSON of the canonical facts
    FOREIGN KEY (source, number) REFERENCES worker (source, number)
);
CREATE UNIQUE INDEX record_in_force ON record (source, number) WHERE superseded_at IS NULL;

-- The queue of record: a key, never a payload. member_id is '' where the account itself is due, else one membership of the group is.
CREATE TABLE due (
    target      text NOT NULL,
    resource_id text NOT NULL,
    member_id   text NOT NULL DEFAULT '',
    lane        integer NOT NULL,
    due_at      integer NOT NULL,
    since       integer NOT NULL,                   -- when the oldest undelivered change was made
    generation  integer NOT NULL DEFAULT 1,         -- grows with each change, so that settling never swallows a newer one
    attempts    integer NOT NULL DEFAULT 0,
    dead        boolean NOT NULL DEFAULT false,     -- refused for good: a person has to look
    reason      text,                               -- of the last outcome that was not done
    correlation text NOT NULL,
    PRIMARY KEY (target, resource_id, member_id)
) WITHOUT ROWID;
CREATE INDEX due_next ON due (target, lane, due_at, member_id) WHERE NOT dead;
CREATE INDEX due_first ON due (target, due_at) WHERE NOT dead;
CREATE INDEX due_dead ON due (target) WHERE dead;

-- Which account at a target belongs to which resource, and what the target has acknowledged.
CREATE TABLE link (
    target      text NOT NULL,
    resource_id text NOT NULL,
    remote_id   text,                               -- null while a creation has been tried and its outcome is not known
    active      boolean NOT NULL,
    delivered   text NOT NULL,                      -- JSON of the attributes that the target acknowledged
    awaits      text,                               -- resource whose account is needed to complete this one (its manager)
    updated_at  integer NOT NULL,
    PRIMARY KEY (target, resource_id)
);
CREATE INDEX link_awaiting ON link (target, awaits) WHERE awaits IS NOT NULL;

CREATE TABLE link_member (
    target      text NOT NULL,
    group_id    text NOT NULL,
    member_id   text NOT NULL,
    PRIMARY KEY (target, group_id, member_id)
) WITHOUT ROWID;

CREATE TABLE lease (
    name        text PRIMARY KEY,
    owner       text NOT NULL,
    until       integer NOT NULL,
    wanted      boolean NOT NULL                    -- somebody came while it was held: look once more before letting go
) WITHOUT ROWID;

CREATE TABLE token (
    id          text PRIMARY KEY,
    hash        text NOT NULL UNIQUE,               -- SHA-256 of the secret, hex
    client      text NOT NULL,
    profile     text NOT NULL,
    scopes      text NOT NULL,                      -- separated by blanks
    created_at  integer NOT NULL,
    expires_at  integer NOT NULL,
    revoked_at  integer
);
