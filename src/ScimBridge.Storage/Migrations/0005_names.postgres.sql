-- User names without case and accents: those in use, those that somebody had, and whose they are. A name is taken in the transaction that
-- writes the user, and outlives the user.
CREATE TABLE user_name (
    folded      text COLLATE "C" PRIMARY KEY,
    resource_id text COLLATE "C" NOT NULL,          -- whose it is, or was last
    released_at bigint                              -- since when nobody has it; null while it is somebody's
);
CREATE INDEX user_name_by_resource ON user_name (resource_id);
-- Names from before are folded by case and not by accents, as they stood in the index.
INSERT INTO user_name (folded, resource_id)
SELECT value, min(resource_id) FROM resource_key WHERE type = 'User' AND path = 'userName' AND is_unique GROUP BY value;

-- The mappings that workers were last decided by, and accounts last delivered by: a change of one makes them due.
CREATE TABLE applied_mapping (
    name text COLLATE "C" PRIMARY KEY,              -- 'user', or 'target:' and the name of a target
    hash text COLLATE "C" NOT NULL                  -- SHA-256 of its configuration, hex
);
