-- Whose matter a service account was once and is no more: who somebody was at an instant is asked of these too. It outlives the account.
CREATE TABLE service_account_former (
    person_id   text COLLATE "C" NOT NULL,
    resource_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (person_id, resource_id)
);
INSERT INTO service_account_former (person_id, resource_id)
SELECT DISTINCT data::jsonb ->> 'person', subject FROM journal WHERE kind = 'serviceAccount.relieved' AND data::jsonb ->> 'person' IS NOT NULL;
