-- The names that accounts at targets hold which are nobody's of ours, as the last listing of each target showed them: user names and addresses, without
-- case and accents. No worker gets one for whom such an account would not be taken over.
CREATE TABLE name_at_target (
    target          text NOT NULL,
    remote_id       text NOT NULL,
    folded          text NOT NULL,
    resource_id     text,                                -- whose account it could be, by its key or as it was matched; null for nobody's
    employee_number text,                                -- of the account; null where it has none
    noted_at        integer NOT NULL,
    PRIMARY KEY (target, remote_id, folded)
) WITHOUT ROWID;
CREATE INDEX name_at_target_by_name ON name_at_target (folded);

-- The rule book has a third row, 'grants': the rules of roles and entitlements in force, and those that somebody wants instead. The preview of a hold of them:
-- who would lose what.
CREATE TABLE held_grant (
    hold_id      text NOT NULL,
    seq          integer NOT NULL,
    source       text NOT NULL,
    worker_id    text NOT NULL,
    attribute    text NOT NULL,                          -- 'roles' or 'entitlements'
    value        text NOT NULL,
    PRIMARY KEY (hold_id, seq)
) WITHOUT ROWID;
