-- By which rule of the lifecycle a worker was decided last, since when their access is found to be over, and when the identity will be deleted
-- if nothing else is heard.
ALTER TABLE worker ADD COLUMN rule text COLLATE "C";
ALTER TABLE worker ADD COLUMN ended_at bigint;
ALTER TABLE worker ADD COLUMN delete_at bigint;

-- What others are to be told: a key, never a payload. Written with the decision; deleted when it was told.
CREATE TABLE notification (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    name         text COLLATE "C" NOT NULL,                     -- of the receiver, in the configuration
    type         text COLLATE "C" NOT NULL,                     -- worker.prepared and so on
    source       text COLLATE "C" NOT NULL,
    worker_id    text COLLATE "C" NOT NULL,
    resource_id  text COLLATE "C" NOT NULL,
    effective_at bigint NOT NULL,
    recorded_at  bigint NOT NULL,
    batch_id     text COLLATE "C" NOT NULL,
    changed      text COLLATE "C" NOT NULL,                     -- JSON: the names of the facts that changed
    attempts     bigint NOT NULL DEFAULT 0,
    due_at       bigint,                              -- when to tell it; null where it was given up
    reason       text COLLATE "C"                               -- why it was not taken
);
CREATE INDEX notification_due ON notification (name, due_at, id) WHERE due_at IS NOT NULL;
