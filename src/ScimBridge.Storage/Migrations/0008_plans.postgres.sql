-- Plans: what would happen, as it was shown to somebody. They expire; nothing else refers to them.
CREATE TABLE plan (
    id            text COLLATE "C" PRIMARY KEY,
    kind          text COLLATE "C" NOT NULL,                    -- 'now', 'date', 'batch', 'configuration'
    state         text COLLATE "C" NOT NULL,                    -- 'making', 'ready', 'executing', 'executed'
    created_at    bigint NOT NULL,
    created_by    text COLLATE "C" NOT NULL,
    expires_at    bigint NOT NULL,
    at            bigint,                          -- the instant that it is about; null for that at which it was made
    source        text COLLATE "C",                             -- of a batch
    manifest      text COLLATE "C",                             -- of a batch: JSON of what its sender said, with the checksum of its bytes
    configuration text COLLATE "C" NOT NULL,                    -- fingerprint of the configuration that it is about
    compared      text COLLATE "C" NOT NULL,                    -- JSON: targets at which everything was compared
    items         bigint NOT NULL DEFAULT 0,
    needs_approval boolean NOT NULL DEFAULT false,
    summary       text COLLATE "C",                             -- JSON
    executed_at   bigint,
    executed_by   text COLLATE "C"
);
CREATE INDEX plan_expiry ON plan (expires_at);

CREATE TABLE plan_item (
    plan_id     text COLLATE "C" NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
    seq         bigint NOT NULL,
    subject     text COLLATE "C" NOT NULL,
    source      text COLLATE "C",
    worker_id   text COLLATE "C",
    resource_id text COLLATE "C",
    target      text COLLATE "C" NOT NULL,                      -- '' for the bridge itself
    operation   text COLLATE "C" NOT NULL,
    rule        text COLLATE "C" NOT NULL,
    department  text COLLATE "C",
    group_key   text COLLATE "C",
    attributes  text COLLATE "C" NOT NULL,                      -- JSON: names, never values
    basis       text COLLATE "C" NOT NULL,                      -- fingerprint of what it rests on
    PRIMARY KEY (plan_id, seq)
);
CREATE INDEX plan_item_by_target ON plan_item (plan_id, target, operation, seq);
