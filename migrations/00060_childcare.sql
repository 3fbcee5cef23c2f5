-- Why: a child's day is booked whole or not at all, and at every moment it is known where the child is and who answers for it.
-- +goose Up
-- a community that minds children; clocks are minutes of the day in its zone, money is in its smallest unit
CREATE TABLE care_houses (
    community_id bigint NOT NULL REFERENCES communities (id),
    since        timestamptz NOT NULL,
    closed_at    timestamptz,                 -- no children are minded any more
    asks_at      int NOT NULL DEFAULT 1080 CHECK (asks_at BETWEEN 0 AND 1439),   -- the evening before: who has not said anything is asked
    closes_at    int NOT NULL DEFAULT 1200 CHECK (closes_at BETWEEN 0 AND 1439), -- the evening before: until then all is changed by one tap
    place        text NOT NULL DEFAULT '' CHECK (char_length(place) <= 100),     -- where the hall is
    confidant_id bigint,                      -- who hears of a worry about a child; NULL: who is in charge
    PRIMARY KEY (community_id),
    FOREIGN KEY (community_id, confidant_id) REFERENCES persons (community_id, id),
    CHECK (asks_at < closes_at)
);

CREATE TABLE care_schools (
    community_id bigint NOT NULL REFERENCES care_houses (community_id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 40),
    gate         text NOT NULL DEFAULT '' CHECK (char_length(gate) <= 100), -- where the children are met
    ended_at     timestamptz,
    PRIMARY KEY (community_id, id)
);
CREATE UNIQUE INDEX care_schools_once ON care_schools (community_id, name) WHERE ended_at IS NULL;

-- days that differ from what the calendar says of them: no school, school all the same, or nobody minds children
CREATE TABLE care_breaks (
    community_id bigint NOT NULL REFERENCES care_houses (community_id),
    from_day     date NOT NULL,
    until_day    date NOT NULL,               -- the last of them
    kind         text NOT NULL CHECK (kind IN ('free', 'school', 'shut')),
    like_weekday smallint CHECK (like_weekday BETWEEN 1 AND 7), -- of 'school': as which weekday it runs
    name         text NOT NULL DEFAULT '' CHECK (char_length(name) <= 60),
    asked_until  date,                        -- of 'free': of which days families were asked who comes; NULL: of none
    PRIMARY KEY (community_id, from_day),
    CHECK (until_day >= from_day)
);

-- what there is every week
CREATE TABLE care_patterns (
    community_id bigint NOT NULL REFERENCES care_houses (community_id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    part         text NOT NULL CHECK (part IN ('noon', 'after', 'day', 'talk')), -- the chain of a day that it belongs to
    what         text NOT NULL CHECK (what IN ('fetch', 'lunch', 'nap', 'back', 'mind', 'tutor', 'talk')),
    weekdays     smallint[] NOT NULL CHECK (weekdays <@ ARRAY[1,2,3,4,5,6,7]::smallint[] AND cardinality(weekdays) > 0), -- Monday is 1
    runs         text NOT NULL DEFAULT 'school' CHECK (runs IN ('school', 'free')), -- on days with school, or without
    from_minute  int NOT NULL CHECK (from_minute BETWEEN 0 AND 1439),
    until_minute int NOT NULL CHECK (until_minute BETWEEN 1 AND 1440),
    places       int NOT NULL CHECK (places BETWEEN 1 AND 500),
    ratio        int NOT NULL CHECK (ratio BETWEEN 1 AND 50), -- children for one who minds them
    price        int NOT NULL DEFAULT 0 CHECK (price >= 0),
    school_id    bigint,                      -- of 'fetch' and 'back'
    point        text NOT NULL DEFAULT '' CHECK (char_length(point) <= 100), -- where to meet; '': the school's gate, or the hall
    age_from     smallint NOT NULL DEFAULT 0 CHECK (age_from BETWEEN 0 AND 18),
    age_until    smallint NOT NULL DEFAULT 18 CHECK (age_until BETWEEN 0 AND 18),
    grade_from   smallint NOT NULL DEFAULT 0 CHECK (grade_from BETWEEN 0 AND 12), -- 0: not at school yet
    grade_until  smallint NOT NULL DEFAULT 12 CHECK (grade_until BETWEEN 0 AND 12),
    subject      text NOT NULL DEFAULT '' CHECK (subject IN ('', 'chinese', 'maths', 'english', 'all')), -- of 'tutor'
    person_id    bigint,                      -- of 'talk': the counsellor
    since        timestamptz NOT NULL,
    ended_at     timestamptz,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, school_id) REFERENCES care_schools (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    CHECK (until_minute > from_minute),
    CHECK (age_until >= age_from AND grade_until >= grade_from),
    CHECK ((what IN ('fetch', 'back')) = (school_id IS NOT NULL)),
    CHECK ((what = 'talk') = (part = 'talk') AND (what = 'talk') = (person_id IS NOT NULL)),
    CHECK (what <> 'talk' OR places = 1 AND price = 0), -- an account must not tell of it
    CHECK ((what = 'tutor') = (subject <> ''))
);

CREATE TABLE care_days (
    community_id bigint NOT NULL REFERENCES care_houses (community_id),
    day          date NOT NULL,
    weekday      smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7), -- as which it runs
    school       boolean NOT NULL,            -- there is school
    state        text NOT NULL CHECK (state IN ('open', 'closed', 'over', 'cancelled')),
    asks_at      timestamptz NOT NULL,
    closes_at    timestamptz NOT NULL,
    closed_at    timestamptz,
    over_at      timestamptz,
    cancelled_at timestamptz,
    why          text NOT NULL DEFAULT '' CHECK (char_length(why) <= 200), -- of cancelling, as the families read it
    PRIMARY KEY (community_id, day),
    CHECK (asks_at < closes_at),
    CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL))
);

-- What there is on a day. The trigger of the legs counts, and no count may rise over what there is.
CREATE TABLE care_sittings (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    day          date NOT NULL,
    pattern_id   bigint NOT NULL,
    part         text NOT NULL,
    what         text NOT NULL,
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    places       int NOT NULL CHECK (places >= 0),
    taken        int NOT NULL DEFAULT 0 CHECK (taken >= 0),
    beyond       int NOT NULL DEFAULT 0 CHECK (beyond >= 0), -- of those who are taken
    price        int NOT NULL CHECK (price >= 0),
    cancelled_at timestamptz,
    lacks        int NOT NULL DEFAULT 0 CHECK (lacks >= 0), -- hands, when the lead was told last
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, day, pattern_id),
    UNIQUE (community_id, id, day, part, what, starts_at, ends_at), -- what the legs follow
    FOREIGN KEY (community_id, day) REFERENCES care_days (community_id, day),
    FOREIGN KEY (community_id, pattern_id) REFERENCES care_patterns (community_id, id),
    CHECK (ends_at > starts_at)
);

-- the file of a child, by consent of who decides for it
CREATE TABLE care_children (
    community_id bigint NOT NULL,
    child_id     bigint NOT NULL,
    school_id    bigint,
    grade        smallint NOT NULL DEFAULT 0 CHECK (grade BETWEEN 0 AND 12),
    class        text NOT NULL DEFAULT '' CHECK (char_length(class) <= 20),
    diet         text[] NOT NULL DEFAULT '{}'
        CHECK (diet <@ ARRAY['soft', 'low_salt', 'diabetic', 'halal', 'vegetarian', 'no_fish', 'no_egg', 'no_nut', 'no_wheat', 'no_dairy', 'no_spicy']),
    allergy      text NOT NULL DEFAULT '' CHECK (char_length(allergy) <= 200), -- in words, beside the codes
    know         text NOT NULL DEFAULT '' CHECK (char_length(know) <= 300),    -- what who minds it must know
    naps         boolean NOT NULL DEFAULT true,
    subject      text NOT NULL DEFAULT '' CHECK (subject IN ('', 'chinese', 'maths', 'english', 'all')), -- help that is wanted; '': none
    since        timestamptz NOT NULL,
    consent_at   timestamptz,
    consent_by   bigint,
    erased_at    timestamptz,                 -- nothing above is known any more
    PRIMARY KEY (community_id, child_id),
    FOREIGN KEY (community_id, child_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, school_id) REFERENCES care_schools (community_id, id),
    FOREIGN KEY (community_id, consent_by) REFERENCES persons (community_id, id),
    CHECK ((consent_at IS NULL) = (consent_by IS NULL)),
    CHECK (erased_at IS NOT NULL OR consent_at IS NOT NULL)
);

-- who may have a child, beside whoever decides for it; and who never may
CREATE TABLE care_collectors (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    child_id     bigint NOT NULL,
    person_id    bigint,                      -- where they are on the register
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 40),
    phone        text NOT NULL DEFAULT '' CHECK (char_length(phone) <= 30),
    barred       boolean NOT NULL DEFAULT false, -- never, whatever else is written
    why          text NOT NULL DEFAULT '' CHECK (char_length(why) <= 200),
    from_day     date,                        -- NULL: from now on
    until_day    date,                        -- the last day; NULL: until it is ended. Of "someone else today" both are that day
    since        timestamptz NOT NULL,
    by_id        bigint NOT NULL,
    ended_at     timestamptz,
    ended_by     bigint,
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, id, child_id),
    FOREIGN KEY (community_id, child_id) REFERENCES care_children (community_id, child_id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, by_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, ended_by) REFERENCES persons (community_id, id),
    CHECK (until_day >= from_day)
);
CREATE INDEX care_collectors_child ON care_collectors (community_id, child_id) WHERE ended_at IS NULL;

-- what is booked of every week in term
CREATE TABLE care_standing (
    community_id bigint NOT NULL,
    child_id     bigint NOT NULL,
    weekday      smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    part         text NOT NULL CHECK (part IN ('noon', 'after')),
    by_id        bigint NOT NULL,
    since        timestamptz NOT NULL,
    PRIMARY KEY (community_id, child_id, weekday, part),
    FOREIGN KEY (community_id, child_id) REFERENCES care_children (community_id, child_id),
    FOREIGN KEY (community_id, by_id) REFERENCES persons (community_id, id)
);

-- A chain of a child's day: it holds all its places, or none.
CREATE TABLE care_bookings (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    day          date NOT NULL,
    child_id     bigint NOT NULL,
    part         text NOT NULL CHECK (part IN ('noon', 'after', 'day', 'talk')),
    nth          int NOT NULL DEFAULT 0,      -- of talks there may be several; of the others one
    by_id        bigint,                      -- who said so; NULL is the standing booking
    how          text NOT NULL CHECK (how IN ('tap', 'standing', 'list', 'desk')),
    state        text NOT NULL CHECK (state IN ('booked', 'waiting', 'offered', 'cancelled')),
    holds        boolean NOT NULL GENERATED ALWAYS AS (state IN ('booked', 'offered')) STORED,
    since        timestamptz NOT NULL,
    waits_since  timestamptz,
    takes_itself boolean NOT NULL DEFAULT false, -- a place that comes free is taken without asking
    held_until   timestamptz,
    absent       text NOT NULL DEFAULT '' CHECK (absent IN ('', 'ill', 'away', 'other')), -- why it is cancelled, where a guardian said so
    outcome      text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'came', 'missed')),
    missing_at   timestamptz,                 -- it was not where it was to be met
    found_at     timestamptz,                 -- somebody said where it is
    found_by     bigint,
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, day, child_id, part, nth),
    UNIQUE (community_id, id, child_id, day, part, holds), -- what the legs follow
    FOREIGN KEY (community_id, day) REFERENCES care_days (community_id, day),
    FOREIGN KEY (community_id, child_id) REFERENCES care_children (community_id, child_id),
    FOREIGN KEY (community_id, by_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, found_by) REFERENCES persons (community_id, id),
    CHECK ((state IN ('waiting', 'offered')) = (waits_since IS NOT NULL)),
    CHECK ((state = 'offered') = (held_until IS NOT NULL)),
    CHECK (part = 'talk' OR nth = 0),
    CHECK (absent = '' OR state = 'cancelled'),
    CHECK (outcome = '' OR state = 'booked'),
    CHECK (found_at IS NULL OR missing_at IS NOT NULL)
);
CREATE INDEX care_bookings_child ON care_bookings (community_id, child_id, day);
CREATE INDEX care_bookings_list ON care_bookings (community_id, day, part, waits_since, id) WHERE state = 'waiting';

-- What a booking is made of. Whether it holds follows the booking, when it is follows the sitting; that no child is at
-- two places at one time is two rules of the table.
CREATE TABLE care_legs (
    community_id bigint NOT NULL,
    booking_id   bigint NOT NULL,
    sitting_id   bigint NOT NULL,
    child_id     bigint NOT NULL,
    day          date NOT NULL,
    part         text NOT NULL,
    what         text NOT NULL,
    holds        boolean NOT NULL,
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    beyond       boolean NOT NULL DEFAULT false, -- it is there, and no place was left for it
    PRIMARY KEY (community_id, booking_id, sitting_id),
    FOREIGN KEY (community_id, booking_id, child_id, day, part, holds)
        REFERENCES care_bookings (community_id, id, child_id, day, part, holds) ON UPDATE CASCADE ON DELETE CASCADE,
    FOREIGN KEY (community_id, sitting_id, day, part, what, starts_at, ends_at)
        REFERENCES care_sittings (community_id, id, day, part, what, starts_at, ends_at) ON UPDATE CASCADE,
    -- ranges of one number, as gist knows those without an extension
    CONSTRAINT care_legs_not_twice EXCLUDE USING gist (
        int8range(community_id, community_id, '[]') WITH &&, int8range(child_id, child_id, '[]') WITH &&,
        tstzrange(starts_at, ends_at) WITH &&) WHERE (holds AND what <> 'talk'),
    -- out of the hall a child may be called to talk, and out of nothing else
    CONSTRAINT care_legs_no_talk_between EXCLUDE USING gist (
        int8range(community_id, community_id, '[]') WITH &&, int8range(child_id, child_id, '[]') WITH &&,
        tstzrange(starts_at, ends_at) WITH &&) WHERE (holds AND what NOT IN ('mind', 'tutor'))
);
CREATE INDEX care_legs_sitting ON care_legs (community_id, sitting_id) WHERE holds;

-- +goose StatementBegin
CREATE FUNCTION care_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE care_sittings s SET taken = s.taken + d.n, beyond = s.beyond + d.more
    FROM (SELECT x.community_id, x.sitting_id, sum(x.n)::int AS n, sum(x.more)::int AS more
        FROM (VALUES
            (OLD.community_id, OLD.sitting_id, CASE WHEN OLD.holds THEN -1 ELSE 0 END, CASE WHEN OLD.holds AND OLD.beyond THEN -1 ELSE 0 END),
            (NEW.community_id, NEW.sitting_id, CASE WHEN NEW.holds THEN 1 ELSE 0 END, CASE WHEN NEW.holds AND NEW.beyond THEN 1 ELSE 0 END)
        ) AS x (community_id, sitting_id, n, more)
        WHERE x.community_id IS NOT NULL
        GROUP BY x.community_id, x.sitting_id) d
    WHERE s.community_id = d.community_id AND s.id = d.sitting_id AND (d.n <> 0 OR d.more <> 0);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER care_legs_count AFTER INSERT OR DELETE OR UPDATE OF holds, sitting_id ON care_legs
    FOR EACH ROW EXECUTE FUNCTION care_count();

-- Beyond what there is has a child that is there, and no other: nobody is booked so.
-- +goose StatementBegin
CREATE FUNCTION care_beyond() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM care_bookings b
        WHERE b.community_id = NEW.community_id AND b.id = NEW.booking_id AND b.state = 'booked' AND b.outcome = 'came') THEN
        RAISE EXCEPTION 'it is not there' USING ERRCODE = 'check_violation', CONSTRAINT = 'care_legs_beyond', TABLE = 'care_legs';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER care_legs_beyond BEFORE INSERT OR UPDATE OF beyond ON care_legs
    FOR EACH ROW WHEN (NEW.beyond) EXECUTE FUNCTION care_beyond();

-- Fewer places than are taken may be left: nobody loses theirs, and nobody gets one until enough came free. Over what
-- there is rises only who is there beyond it: for a place that comes free the others wait until all fit again.
-- +goose StatementBegin
CREATE FUNCTION care_never_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.taken > OLD.taken AND NEW.taken > NEW.places AND NEW.taken - OLD.taken > NEW.beyond - OLD.beyond THEN
        RAISE EXCEPTION 'no place is left' USING ERRCODE = 'check_violation', CONSTRAINT = 'care_sittings_never_over', TABLE = 'care_sittings';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER care_sittings_never_over BEFORE UPDATE ON care_sittings
    FOR EACH ROW EXECUTE FUNCTION care_never_over();

-- a child does not come: a day, or many
CREATE TABLE care_absences (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    child_id     bigint NOT NULL,
    from_day     date NOT NULL,
    until_day    date NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('ill', 'away', 'other')),
    by_id        bigint NOT NULL,
    at           timestamptz NOT NULL,
    ended_at     timestamptz,                 -- it comes after all
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, child_id) REFERENCES care_children (community_id, child_id),
    FOREIGN KEY (community_id, by_id) REFERENCES persons (community_id, id),
    CHECK (until_day >= from_day)
);
CREATE INDEX care_absences_child ON care_absences (community_id, child_id) WHERE ended_at IS NULL;

-- somebody who is not on a child's list stands there for it: whoever decides is asked, and must say yes first
CREATE TABLE care_asks (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    child_id     bigint NOT NULL,
    day          date NOT NULL,
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 40), -- as they say
    asked_by     bigint NOT NULL,
    asked_at     timestamptz NOT NULL,
    answered_at  timestamptz,
    answered_by  bigint,
    yes          boolean,
    used_at      timestamptz,                 -- the child left with them: once
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, id, child_id, yes),
    FOREIGN KEY (community_id, child_id) REFERENCES care_children (community_id, child_id),
    FOREIGN KEY (community_id, asked_by) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, answered_by) REFERENCES persons (community_id, id),
    CHECK ((answered_at IS NULL) = (yes IS NULL)),
    CHECK (used_at IS NULL OR yes)
);
CREATE UNIQUE INDEX care_asks_once ON care_asks (community_id, child_id) WHERE answered_at IS NULL;

-- four digits of a day, by which somebody whom the carer does not know shows that they were sent
CREATE TABLE care_codes (
    community_id bigint NOT NULL,
    child_id     bigint NOT NULL,
    day          date NOT NULL,
    code         text NOT NULL CHECK (code ~ '^[0-9]{4}$'),
    tries        smallint NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 3), -- wrong ones
    right_at     timestamptz,
    PRIMARY KEY (community_id, child_id, day),
    FOREIGN KEY (community_id, child_id) REFERENCES care_children (community_id, child_id)
);

-- Where each child is and who answers for it: one row after the other, without a gap. A row is a hand-over: who gave it
-- is the row before.
CREATE TABLE care_custody (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    child_id     bigint NOT NULL,
    day          date NOT NULL,
    place        text NOT NULL CHECK (place IN ('out', 'school', 'way', 'hall', 'missing')), -- out: with its family, or who took it
    holder_id    bigint,                      -- who answers for it, where they are on the register
    holder_name  text NOT NULL DEFAULT '' CHECK (char_length(holder_name) <= 40),
    giver_id     bigint,
    giver_name   text NOT NULL DEFAULT '' CHECK (char_length(giver_name) <= 40),
    since        timestamptz NOT NULL,
    until        timestamptz,                 -- NULL: it is there now
    how          text NOT NULL CHECK (how IN ('begin', 'staff', 'brought', 'known', 'code', 'hand', 'asked', 'override')),
    collector_id bigint,                      -- known, code, hand; NULL: who decides for the child
    ask_id       bigint,                      -- asked
    yes          boolean,                     -- asked: what was answered
    reason       text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 200), -- hand, override; 'talk': nobody else learns of it
    by_id        bigint,                      -- who wrote it down
    undone       boolean NOT NULL DEFAULT false CHECK (NOT undone OR place = 'out'), -- a wrong tap: nobody took it
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, child_id) REFERENCES care_children (community_id, child_id),
    FOREIGN KEY (community_id, holder_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, giver_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, by_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, collector_id, child_id) REFERENCES care_collectors (community_id, id, child_id),
    FOREIGN KEY (community_id, ask_id, child_id, yes) REFERENCES care_asks (community_id, id, child_id, yes),
    CHECK (holder_id IS NOT NULL OR holder_name <> ''),
    CHECK (until >= since),
    CHECK (place <> 'out' OR how IN ('begin', 'known', 'code', 'hand', 'asked', 'override')),
    CHECK (place = 'out' OR how IN ('staff', 'brought')),
    CHECK (how IN ('known', 'code', 'hand') OR collector_id IS NULL), -- of whom there is no row, they decide for the child
    CHECK (how NOT IN ('known', 'code', 'hand') OR collector_id IS NOT NULL OR holder_id IS NOT NULL),
    CHECK ((how = 'asked') = (ask_id IS NOT NULL) AND (how = 'asked') = (yes IS TRUE)),
    CHECK (how NOT IN ('hand', 'override') OR reason <> ''),
    CONSTRAINT care_custody_one_place EXCLUDE USING gist (
        int8range(community_id, community_id, '[]') WITH &&, int8range(child_id, child_id, '[]') WITH &&,
        tstzrange(since, until) WITH &&)
);
CREATE UNIQUE INDEX care_custody_now ON care_custody (community_id, child_id) WHERE until IS NULL;
CREATE INDEX care_custody_holder ON care_custody (community_id, holder_id) WHERE until IS NULL;
CREATE INDEX care_custody_child ON care_custody (community_id, child_id, id);
CREATE INDEX care_custody_known ON care_custody (community_id, giver_id) WHERE how IN ('code', 'hand');

-- The row by which somebody is barred from a child: their own, or that of the person they are. Most are barred by a name
-- alone, or are listed by one: a name is enough, unless the register knows the two apart.
CREATE FUNCTION care_bar(community bigint, child bigint, collector bigint, person bigint, called text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT min(b.id) FROM care_collectors b
    WHERE b.community_id = community AND b.child_id = child AND b.barred AND b.ended_at IS NULL
        AND (b.id = collector OR b.person_id = person
            OR (b.person_id IS NULL OR person IS NULL) AND lower(b.name) IN (
                SELECT lower(called)
                UNION ALL SELECT lower(k.name) FROM care_collectors k WHERE k.community_id = community AND k.id = collector
                UNION ALL SELECT lower(p.name) FROM persons p WHERE p.community_id = community AND p.id = person))
$$;

-- who decides for a child, and is not barred
CREATE FUNCTION care_decides(community bigint, child bigint, person bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM ties t WHERE t.community_id = community AND t.for_id = child AND t.person_id = person
            AND t.kind = 'guardian' AND t.ended_at IS NULL)
        AND care_bar(community, child, NULL, person, NULL) IS NULL
$$;

-- Whatever the program does: a child leaves with nobody who is barred, whose name ended or whose days are others, and
-- for no reason that the tables do not know to be true. The giver is who held it, and no moment is between two rows.
-- +goose StatementBegin
CREATE FUNCTION care_may_leave() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was care_custody;
    may boolean := true;
BEGIN
    SELECT * INTO was FROM care_custody c WHERE c.community_id = NEW.community_id AND c.child_id = NEW.child_id ORDER BY c.id DESC LIMIT 1;
    IF FOUND THEN
        IF was.until IS DISTINCT FROM NEW.since THEN
            RAISE EXCEPTION 'a moment without anybody' USING ERRCODE = 'check_violation', CONSTRAINT = 'care_custody_no_gap', TABLE = 'care_custody';
        END IF;
        NEW.giver_id := was.holder_id;
        NEW.giver_name := was.holder_name;
    END IF;
    IF NEW.place = 'out' AND NEW.how = 'begin' THEN -- the first row, or who decides has it with them
        may := was.id IS NULL OR was.place IN ('missing', 'school') AND NEW.by_id = NEW.holder_id
            AND care_decides(NEW.community_id, NEW.child_id, NEW.holder_id);
    ELSIF NEW.place = 'out' THEN
        may := was.place IN ('hall', 'way')
            AND care_bar(NEW.community_id, NEW.child_id, NEW.collector_id, NEW.holder_id, NEW.holder_name) IS NULL
            AND CASE
                WHEN NEW.how IN ('asked', 'override') THEN true
                WHEN NEW.collector_id IS NULL THEN care_decides(NEW.community_id, NEW.child_id, NEW.holder_id)
                ELSE EXISTS (SELECT FROM care_collectors c
                    WHERE c.community_id = NEW.community_id AND c.id = NEW.collector_id AND c.child_id = NEW.child_id
                    AND NOT c.barred AND c.ended_at IS NULL
                    AND (c.from_day IS NULL OR c.from_day <= NEW.day) AND (c.until_day IS NULL OR c.until_day >= NEW.day)
                    AND c.person_id IS NOT DISTINCT FROM NEW.holder_id) END
            AND CASE NEW.how
                WHEN 'known' THEN EXISTS (SELECT FROM care_custody k
                    WHERE k.community_id = NEW.community_id AND k.giver_id = NEW.giver_id AND k.how IN ('code', 'hand') AND k.reason <> 'paper' AND NOT k.undone
                    AND (k.collector_id = NEW.collector_id OR k.holder_id = NEW.holder_id))
                WHEN 'code' THEN EXISTS (SELECT FROM care_codes o
                    WHERE o.community_id = NEW.community_id AND o.child_id = NEW.child_id AND o.day = NEW.day
                    AND o.right_at = NEW.since AND o.tries < 3)
                WHEN 'hand' THEN NOT EXISTS (SELECT FROM care_codes o
                    WHERE o.community_id = NEW.community_id AND o.child_id = NEW.child_id AND o.day = NEW.day AND o.tries >= 3)
                WHEN 'asked' THEN EXISTS (SELECT FROM care_asks a
                    WHERE a.community_id = NEW.community_id AND a.id = NEW.ask_id AND a.child_id = NEW.child_id AND a.day = NEW.day
                    AND a.used_at = NEW.since AND care_decides(a.community_id, a.child_id, a.answered_by)
                    AND a.name = NEW.holder_name AND NEW.holder_id IS NULL)
                WHEN 'override' THEN EXISTS (SELECT FROM person_roles r
                    WHERE r.community_id = NEW.community_id AND r.person_id = NEW.by_id AND r.ended_at IS NULL
                    AND r.role IN ('childcare', 'deputy', 'secretary'))
                ELSE false END;
    ELSIF NEW.place = 'school' THEN
        may := EXISTS (SELECT FROM care_legs l
            JOIN care_sittings s ON s.community_id = l.community_id AND s.id = l.sitting_id
            WHERE l.community_id = NEW.community_id AND l.child_id = NEW.child_id AND l.day = NEW.day
            AND s.what = ANY (CASE WHEN was.place IN ('hall', 'way') AND was.day = NEW.day THEN ARRAY['back'] ELSE ARRAY['fetch', 'back'] END));
    END IF;
    IF NOT may THEN
        RAISE EXCEPTION 'they may not have this child' USING ERRCODE = 'check_violation', CONSTRAINT = 'care_custody_may_leave', TABLE = 'care_custody';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER care_custody_may_leave BEFORE INSERT ON care_custody
    FOR EACH ROW EXECUTE FUNCTION care_may_leave();

-- what is said of a child's day: how far the homework came, whether it slept
CREATE TABLE care_notes (
    community_id bigint NOT NULL,
    booking_id   bigint NOT NULL,
    what         text NOT NULL CHECK (what IN ('homework', 'nap')),
    codes        text[] NOT NULL DEFAULT '{}', -- maths_done, reading_left; slept, rested
    voice        text NOT NULL DEFAULT '',     -- its file at Telegram
    by_id        bigint NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (community_id, booking_id, what),
    FOREIGN KEY (community_id, booking_id) REFERENCES care_bookings (community_id, id),
    FOREIGN KEY (community_id, by_id) REFERENCES persons (community_id, id)
);

-- who looked at a child's file, and when
CREATE TABLE care_looks (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    child_id     bigint NOT NULL,
    person_id    bigint NOT NULL,
    what         text NOT NULL CHECK (what IN ('file', 'list', 'phone', 'talk')),
    at           timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, child_id) REFERENCES care_children (community_id, child_id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id)
);

CREATE TABLE care_events (
    community_id bigint NOT NULL REFERENCES care_houses (community_id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    day          date,
    child_id     bigint,
    code         text NOT NULL CHECK (code <> ''),
    actor_id     bigint,                     -- NULL is the bot itself
    detail       jsonb NOT NULL DEFAULT '{}', -- ids, codes and counts only
    at           timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, actor_id) REFERENCES persons (community_id, id)
);
CREATE INDEX care_events_day ON care_events (community_id, day, id);
CREATE INDEX care_events_child ON care_events (community_id, child_id, id);

-- of a case: the child that somebody who minds it is worried about
ALTER TABLE cases ADD COLUMN child_id bigint,
    ADD FOREIGN KEY (community_id, child_id) REFERENCES persons (community_id, id);

-- of a role: who looked whether this person may be alone with children, and when
ALTER TABLE person_roles ADD COLUMN cleared_at timestamptz, ADD COLUMN cleared_by bigint,
    ADD FOREIGN KEY (community_id, cleared_by) REFERENCES persons (community_id, id),
    ADD CHECK ((cleared_at IS NULL) = (cleared_by IS NULL));
