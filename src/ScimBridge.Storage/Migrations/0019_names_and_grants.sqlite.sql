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
