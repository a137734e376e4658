-- Plans: what would happen, as it was shown to somebody. They expire; nothing else refers to them.
CREATE TABLE plan (
    id            text PRIMARY KEY,
    kind          text NOT NULL,                    -- 'now', 'date', 'batch', 'configuration'
    state         text NOT NULL,                    -- 'making', 'ready', 'executing', 'executed'
    created_at    integer NOT NULL,
    created_by    text NOT NULL,
    expires_at    integer NOT NULL,
    at            integer,                          -- the instant that it is about; null for that at which it was made
    source        text,                             -- of a batch
    manifest      text,                             -- of a batch: JSON of what its sender said, with the checksum of its bytes
    configuration text NOT NULL,                    -- fingerprint of the configuration that it is about
    compared      text NOT NULL,                    -- JSON: targets at which everything was compared
    items         integer NOT NULL DEFAULT 0,
    needs_approval boolean NOT NULL DEFAULT false,
    summary       text,                             -- JSON
    executed_at   integer,
    executed_by   text
);
CREATE INDEX plan_expiry ON plan (expires_at);

CREATE TABLE plan_item (
    plan_id     text NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
    seq         integer NOT NULL,
    subject     text NOT NULL,
    source      text,
    worker_id   text,
    resource_id text,
    target      text NOT NULL,                      -- '' for the bridge itself
    operation   text NOT NULL,
    rule        text NOT NULL,
    department  text,
    group_key   text,
    attributes  text NOT NULL,                      -- JSON: names, never values
    basis       text NOT NULL,                      -- fingerprint of what it rests on
    PRIMARY KEY (plan_id, seq)
) WITHOUT ROWID;
CREATE INDEX plan_item_by_target ON plan_item (plan_id, target, operation, seq);
