-- The journal is a chain. Whoever writes an entry knows nothing of it; a drain gives the entries that are there for good their places, in blocks, a
-- second or so later. What may hold personal data stands beside the chain, which has a salted hash of it: it can be erased, and the chain still holds.
ALTER TABLE journal ADD COLUMN commitment text COLLATE "C";                -- hash over salt and value of the detail; null where there is none
CREATE INDEX journal_by_correlation ON journal (correlation, seq);
CREATE INDEX journal_by_kind ON journal (kind, seq);

CREATE TABLE journal_detail (
    subject    text COLLATE "C" NOT NULL,                        -- as the entry has it
    commitment text COLLATE "C" NOT NULL,
    salt       text COLLATE "C" NOT NULL,
    value      text COLLATE "C" NOT NULL,                        -- JSON: before and after, of what has changed
    PRIMARY KEY (subject, commitment)
);

CREATE TABLE journal_seal (
    number    bigint PRIMARY KEY,                      -- 0 is the beginning and has no entries
    first_seq bigint NOT NULL,                         -- it has all entries from here
    last_seq  bigint NOT NULL,                         -- to here
    position  bigint NOT NULL,                         -- of its last entry
    from_at   bigint NOT NULL,
    until_at  bigint NOT NULL,
    sealed_at bigint NOT NULL,
    hash      text COLLATE "C" NOT NULL                          -- the head of the chain behind it
);
CREATE UNIQUE INDEX journal_seal_by_seq ON journal_seal (last_seq);

-- Heads of the chain, signed: what was sealed before one cannot be other than it was without the key.
CREATE TABLE journal_anchor (
    block      bigint PRIMARY KEY REFERENCES journal_seal (number),
    position   bigint NOT NULL,
    at         bigint NOT NULL,
    key_id     text COLLATE "C" NOT NULL,
    signature  text COLLATE "C" NOT NULL                         -- JWS in its compact form; its payload is the anchor
);

-- Where the journal begins by now: what is older has been cut off at an anchor.
CREATE TABLE journal_beginning (
    one   bigint PRIMARY KEY CHECK (one = 1),
    block bigint NOT NULL,
    seq   bigint NOT NULL
);
INSERT INTO journal_beginning (one, block, seq) VALUES (1, 0, 0);

-- What was noted is not taken back. Entries go where the journal is cut; details go with their entries, or where a person is erased, which is an entry.
CREATE FUNCTION keep_journal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' AND OLD.seq <= (SELECT seq FROM journal_beginning) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'An entry of the journal is neither changed nor deleted.';
END $$;
CREATE TRIGGER journal_stays BEFORE UPDATE OR DELETE ON journal FOR EACH ROW EXECUTE FUNCTION keep_journal();
CREATE FUNCTION keep_journal_detail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' AND (EXISTS (SELECT 1 FROM journal j WHERE j.subject = OLD.subject AND j.kind = 'person.erased')
        OR NOT EXISTS (SELECT 1 FROM journal j WHERE j.subject = OLD.subject AND j.commitment = OLD.commitment)) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'A detail of the journal is neither changed nor deleted.';
END $$;
CREATE TRIGGER journal_detail_stays BEFORE UPDATE OR DELETE ON journal_detail FOR EACH ROW EXECUTE FUNCTION keep_journal_detail();
CREATE FUNCTION keep_journal_seal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' AND OLD.number < (SELECT block FROM journal_beginning) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'A seal of the journal is neither changed nor deleted.';
END $$;
CREATE TRIGGER journal_seal_stays BEFORE UPDATE OR DELETE ON journal_seal FOR EACH ROW EXECUTE FUNCTION keep_journal_seal();
CREATE FUNCTION refuse_truncation() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'The journal is not emptied.'; END $$;
CREATE TRIGGER journal_is_not_emptied BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncation();
CREATE TRIGGER journal_detail_is_not_emptied BEFORE TRUNCATE ON journal_detail FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncation();
CREATE TRIGGER journal_seal_is_not_emptied BEFORE TRUNCATE ON journal_seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncation();

-- Evidence packs that were made. The pack itself is a file.
CREATE TABLE evidence_pack (
    id         text COLLATE "C" PRIMARY KEY,
    from_at    bigint NOT NULL,
    until_at   bigint NOT NULL,
    scope      text COLLATE "C" NOT NULL,                        -- JSON
    created_at bigint NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    bytes      bigint NOT NULL,
    sha256     text COLLATE "C" NOT NULL,                        -- of the file, hex
    figures    text COLLATE "C" NOT NULL                         -- JSON
);
