-- The rule book has a second row, 'lifecycle': the policy of the lifecycle in force, and the one that somebody wants instead.

-- The preview of a hold of a policy: who would be treated otherwise, and by which rule of the lifecycle.
CREATE TABLE held_decision (
    hold_id      text COLLATE "C" NOT NULL,
    seq          bigint NOT NULL,
    source       text COLLATE "C" NOT NULL,
    worker_id    text COLLATE "C" NOT NULL,
    effects      text NOT NULL,                                           -- words, separated by blanks
    rule_before  text NOT NULL,
    rule         text NOT NULL,
    PRIMARY KEY (hold_id, seq)
);
