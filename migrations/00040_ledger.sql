-- Why: what people pay and what a service costs is written down once, adds up whatever happens, and is corrected in the open; a person can be forgotten and the sums stay.
-- +goose Up
-- The one place of the ledger that knows persons: everything else points here, so that forgetting somebody is one row
-- that loses its person.
CREATE TABLE ledger_people (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    person_id    bigint,                          -- NULL: forgotten
    joined       boolean NOT NULL DEFAULT false,  -- it came to its person by a merge: nothing new is written to it
    forgotten_at timestamptz,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    CHECK ((person_id IS NULL) = (forgotten_at IS NOT NULL))
);
CREATE UNIQUE INDEX ledger_people_once ON ledger_people (community_id, person_id) WHERE NOT joined;
CREATE INDEX ledger_people_person ON ledger_people (community_id, person_id);

-- the chart of accounts of each book, as it grows by use
CREATE TABLE ledger_accounts (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    book         text NOT NULL CHECK (book ~ '^[a-z][a-z_]{0,29}$'),
    kind         text NOT NULL CHECK (kind IN ('cash', 'prepaid', 'sold', 'cost', 'subsidy', 'free')),
    name         text NOT NULL DEFAULT '' CHECK (char_length(name) <= 60), -- what was bought, who gives
    owner_id     bigint, -- of ledger_people: whose prepaid account it is
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, id, book, kind), -- what an entry says of it
    UNIQUE NULLS NOT DISTINCT (community_id, owner_id, book, kind, name),
    FOREIGN KEY (community_id, owner_id) REFERENCES ledger_people (community_id, id),
    CHECK ((kind = 'prepaid') = (owner_id IS NOT NULL)),
    CHECK (kind NOT IN ('cost', 'subsidy') OR name <> ''),
    CHECK (kind NOT IN ('cash', 'prepaid', 'free') OR name = '')
);

-- An entry is one sum that leaves one account and reaches another of the same book: its two lines cannot differ, so
-- every book adds up to zero by its shape, at any moment and for whoever writes to it.
CREATE TABLE ledger_entries (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    book         text NOT NULL,
    key          text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 100), -- the same key twice is one entry
    code         text NOT NULL,
    day          date NOT NULL,        -- of the service, in the community's zone
    at           timestamptz NOT NULL, -- when it was written
    from_id      bigint NOT NULL,      -- the account that gives
    from_kind    text NOT NULL,
    to_id        bigint NOT NULL,      -- and the one that gets
    to_kind      text NOT NULL,
    amount       bigint NOT NULL CHECK (amount BETWEEN 1 AND 100000000), -- in the smallest unit of money
    by_id        bigint,               -- of ledger_people; NULL: the bot itself
    about_id     bigint,               -- of ledger_people; NULL: it is about nobody
    reason       text DEFAULT '' CHECK (char_length(reason) <= 300), -- NULL: erased with whom it was about
    ref          text NOT NULL DEFAULT '' CHECK (char_length(ref) <= 100), -- the service's row
    photos       text[] NOT NULL DEFAULT '{}' CHECK (cardinality(photos) <= 5), -- Telegram's file ids, of a receipt
    reverses     bigint,               -- the entry that it corrects
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, book, key),
    FOREIGN KEY (community_id, from_id, book, from_kind) REFERENCES ledger_accounts (community_id, id, book, kind),
    FOREIGN KEY (community_id, to_id, book, to_kind) REFERENCES ledger_accounts (community_id, id, book, kind),
    FOREIGN KEY (community_id, by_id) REFERENCES ledger_people (community_id, id),
    FOREIGN KEY (community_id, about_id) REFERENCES ledger_people (community_id, id),
    FOREIGN KEY (community_id, reverses) REFERENCES ledger_entries (community_id, id),
    -- never from one to itself: no way joins two accounts of one kind
    CONSTRAINT ledger_entries_way CHECK (code = 'correction' OR (code, from_kind, to_kind) IN (
        ('top_up', 'prepaid', 'cash'), ('pay_out', 'cash', 'prepaid'),
        ('charge', 'sold', 'prepaid'), ('charge', 'sold', 'cash'),
        ('refund', 'prepaid', 'sold'), ('refund', 'cash', 'sold'), ('free', 'sold', 'free'),
        ('receipt', 'cash', 'cost'), ('receipt', 'prepaid', 'cost'),
        ('subsidy', 'subsidy', 'cash'), ('gift', 'subsidy', 'prepaid'))),
    CONSTRAINT ledger_entries_reverses CHECK ((code = 'correction') = (reverses IS NOT NULL)),
    CONSTRAINT ledger_entries_reason CHECK (code NOT IN ('free', 'correction') OR reason <> ''),
    CONSTRAINT ledger_entries_proof CHECK (code <> 'receipt' OR reason <> '' OR photos <> '{}'),
    -- what a service does by itself has nobody who did it; cash changes hands between people
    CONSTRAINT ledger_entries_by CHECK (code IN ('charge', 'refund', 'free') OR by_id IS NOT NULL),
    CONSTRAINT ledger_entries_photos CHECK (photos = '{}' OR code IN ('receipt', 'subsidy') AND about_id IS NULL)
);
CREATE UNIQUE INDEX ledger_entries_once ON ledger_entries (community_id, reverses) WHERE reverses IS NOT NULL;
-- an account's lines by day, from either side, and a book's: what a statement and a month read, and no row beside
CREATE INDEX ledger_entries_from ON ledger_entries (community_id, from_id, day, id) INCLUDE (amount);
CREATE INDEX ledger_entries_to ON ledger_entries (community_id, to_id, day, id) INCLUDE (amount);
CREATE INDEX ledger_entries_day ON ledger_entries (community_id, book, day) INCLUDE (from_id, to_id, amount);
CREATE INDEX ledger_entries_about ON ledger_entries (community_id, about_id) WHERE about_id IS NOT NULL;

-- each entry as the two accounts see it
CREATE VIEW ledger_lines AS
    SELECT community_id, book, from_id AS account_id, id AS entry_id, day, -amount AS amount FROM ledger_entries
    UNION ALL
    SELECT community_id, book, to_id, id, day, amount FROM ledger_entries;

-- +goose StatementBegin
CREATE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is not edited: % of %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION ledger_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- the one thing that may change: the reason goes with the person whom it is about
    erased ledger_entries := OLD;
BEGIN
    erased.reason := NULL;
    IF NEW IS NOT DISTINCT FROM erased AND EXISTS (
        SELECT FROM ledger_people p WHERE p.community_id = OLD.community_id AND p.id = OLD.about_id AND p.person_id IS NULL)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the ledger is not edited: entry %', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd

-- A correction is the whole of what it corrects, the other way round, and is itself not corrected.
-- +goose StatementBegin
CREATE FUNCTION ledger_entry_reverses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM ledger_entries o
    WHERE o.community_id = NEW.community_id AND o.id = NEW.reverses AND o.reverses IS NULL
        AND o.book = NEW.book AND o.from_id = NEW.to_id AND o.to_id = NEW.from_id AND o.amount = NEW.amount
        AND o.about_id IS NOT DISTINCT FROM NEW.about_id AND NEW.day >= o.day;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'not the reverse of entry %', NEW.reverses
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entries_reverse';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

CREATE TRIGGER ledger_entries_stay BEFORE UPDATE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_entry_stays();
CREATE TRIGGER ledger_entries_never BEFORE DELETE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_stays();
CREATE TRIGGER ledger_entries_whole BEFORE TRUNCATE ON ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays();
CREATE TRIGGER ledger_entries_reverse BEFORE INSERT ON ledger_entries FOR EACH ROW
    WHEN (NEW.reverses IS NOT NULL) EXECUTE FUNCTION ledger_entry_reverses();
CREATE TRIGGER ledger_accounts_stay BEFORE UPDATE OR DELETE ON ledger_accounts FOR EACH ROW EXECUTE FUNCTION ledger_stays();
