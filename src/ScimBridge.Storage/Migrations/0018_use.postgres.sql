-- The use of an account is looked at too.
ALTER TABLE service_account_task DROP CONSTRAINT service_account_task_verb_check;
ALTER TABLE service_account_task ADD CONSTRAINT service_account_task_verb_check
    CHECK (verb IN ('disable', 'enable', 'delete', 'rotate', 'revoke', 'block', 'prepare', 'owners', 'use'));

-- Whether somebody who has left still knows something is asked with each proof.
CREATE INDEX rotation_duty_open_by_person ON rotation_duty (person_id) WHERE closed_at IS NULL AND person_id IS NOT NULL;
