-- Keys that all nodes share and that outlive them.
CREATE TABLE secret (
    name        text COLLATE "C" PRIMARY KEY,
    value       text NOT NULL                       -- base64
);

-- Attributes that HR masters elsewhere, and that a client has written where it may: HR leaves them alone from then on.
CREATE TABLE client_mastered (
    resource_id text COLLATE "C" NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
    attribute   text COLLATE "C" NOT NULL,
    PRIMARY KEY (resource_id, attribute)
);
