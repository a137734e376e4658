-- By which rule of the lifecycle a worker was decided last, since when their access is found to be over, and when the identity will be deleted
-- if nothing else is heard.
ALTER TABLE worker ADD COLUMN rule text;
ALTER TABLE worker ADD COLUMN ended_at integer;
ALTER TABLE worker ADD COLUMN delete_at integer;

-- What others are to be told: a key, never a payload. Written with the decision; deleted when it was told.
CREATE TABLE notification (
    id           text NOT NULL PRIMARY KEY,
    name         text NOT NULL,                     -- of the receiver, in the configuration
    type         text NOT NULL,                     -- worker.prepared and so on
    source       text NOT NULL,
    worker_id    text NOT NULL,
    resource_id  text NOT NULL,
    effective_at integer NOT NULL,
    recorded_at  integer NOT NULL,
    batch_id     text NOT NULL,
    changed      text NOT NULL,                     -- JSON: the names of the facts that changed
    attempts     integer NOT NULL DEFAULT 0,
    due_at       integer,                              -- when to tell it; null where it was given up
    reason       text                               -- why it was not taken
);
CREATE INDEX notification_due ON notification (name, due_at, id) WHERE due_at IS NOT NULL;
