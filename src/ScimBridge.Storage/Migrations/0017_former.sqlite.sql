-- Whose matter a service account was once and is no more: who somebody was at an instant is asked of these too. It outlives the account.
CREATE TABLE service_account_former (
    person_id   text NOT NULL,
    resource_id text NOT NULL,
    PRIMARY KEY (person_id, resource_id)
) WITHOUT ROWID;
INSERT INTO service_account_former (person_id, resource_id)
SELECT DISTINCT json_extract(data, '$.person'), subject FROM journal WHERE kind = 'serviceAccount.relieved' AND json_extract(data, '$.person') IS NOT NULL;
