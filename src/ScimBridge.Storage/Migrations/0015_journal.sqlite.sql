-- The journal is a chain. Whoever writes an entry knows nothing of it; a drain gives the entries that are there for good their places, in blocks, a
-- second or so later. What may hold personal data stands beside the chain, which has a salted hash of it: it can be erased, and the chain still holds.
ALTER TABLE journal ADD COLUMN commitment text;                -- hash over salt and value of the detail; null where there is none
CREATE INDEX journal_by_correlation ON journal (correlation, seq);
CREATE INDEX journal_by_kind ON journal (kind, seq);

CREATE TABLE journal_detail (
    subject    text NOT NULL,                        -- as the entry has it
    commitment text NOT NULL,
    salt       text NOT NULL,
    value      text NOT NULL,                        -- JSON: before and after, of what has changed
    PRIMARY KEY (subject, commitment)
) WITHOUT ROWID;

CREATE TABLE journal_seal (
    number    integer PRIMARY KEY,                      -- 0 is the beginning and has no entries
    first_seq integer NOT NULL,                         -- it has all entries from here
    last_seq  integer NOT NULL,                         -- to here
    position  integer NOT NULL,                         -- of its last entry
    from_at   integer NOT NULL,
    until_at  integer NOT NULL,
    sealed_at integer NOT NULL,
    hash      text NOT NULL                          -- the head of the chain behind it
);
CREATE UNIQUE INDEX journal_seal_by_seq ON journal_seal (last_seq);

-- Heads of the chain, signed: what was sealed before one cannot be other than it was without the key.
CREATE TABLE journal_anchor (
    block      integer PRIMARY KEY REFERENCES journal_seal (number),
    position   integer NOT NULL,
    at         integer NOT NULL,
    key_id     text NOT NULL,
    signature  text NOT NULL                         -- JWS in its compact form; its payload is the anchor
);

-- Where the journal begins by now: what is older has been cut off at an anchor.
CREATE TABLE journal_beginning (
    one   integer PRIMARY KEY CHECK (one = 1),
    block integer NOT NULL,
    seq   integer NOT NULL
);
INSERT INTO journal_beginning (one, block, seq) VALUES (1, 0, 0);

-- What was noted is not taken back. Entries go where the journal is cut; details go with their entries, or where a person is erased, which is an entry.
CREATE TRIGGER journal_stays BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'An entry of the journal is not changed.'); END;
CREATE TRIGGER journal_is_kept BEFORE DELETE ON journal WHEN OLD.seq > (SELECT seq FROM journal_beginning)
BEGIN SELECT RAISE(ABORT, 'An entry of the journal is not deleted.'); END;
CREATE TRIGGER journal_detail_stays BEFORE UPDATE ON journal_detail BEGIN SELECT RAISE(ABORT, 'A detail of the journal is not changed.'); END;
CREATE TRIGGER journal_detail_is_kept BEFORE DELETE ON journal_detail
WHEN NOT EXISTS (SELECT 1 FROM journal j WHERE j.subject = OLD.subject AND j.kind = 'person.erased')
    AND EXISTS (SELECT 1 FROM journal j WHERE j.subject = OLD.subject AND j.commitment = OLD.commitment)
BEGIN SELECT RAISE(ABORT, 'A detail of the journal is not deleted.'); END;
CREATE TRIGGER journal_seal_stays BEFORE UPDATE ON journal_seal BEGIN SELECT RAISE(ABORT, 'A seal of the journal is not changed.'); END;
CREATE TRIGGER journal_seal_is_kept BEFORE DELETE ON journal_seal WHEN OLD.number >= (SELECT block FROM journal_beginning)
BEGIN SELECT RAISE(ABORT, 'A seal of the journal is not deleted.'); END;

-- Evidence packs that were made. The pack itself is a file.
CREATE TABLE evidence_pack (
    id         text PRIMARY KEY,
    from_at    integer NOT NULL,
    until_at   integer NOT NULL,
    scope      text NOT NULL,                        -- JSON
    created_at integer NOT NULL,
    created_by text NOT NULL,
    bytes      integer NOT NULL,
    sha256     text NOT NULL,                        -- of the file, hex
    figures    text NOT NULL                         -- JSON
) WITHOUT ROWID;
