-- Why: lunch at cost price is ordered with one tap, closes by itself, and reaches every door or somebody knows why not.
-- +goose Up
-- a community that has a kitchen; clocks are minutes of the day in its zone, money is in its smallest unit
CREATE TABLE kitchens (
    community_id bigint NOT NULL REFERENCES communities (id),
    since        timestamptz NOT NULL,
    closed_at    timestamptz,                -- it cooks no more
    weekdays     smallint[] NOT NULL DEFAULT '{1,2,3,4,5}' CHECK (weekdays <@ ARRAY[1,2,3,4,5,6,7]::smallint[]), -- Monday is 1; no lunch on holidays
    age          int NOT NULL DEFAULT 70 CHECK (age BETWEEN 0 AND 110), -- from which on somebody eats without a reason
    asks_at      int NOT NULL DEFAULT 600 CHECK (asks_at BETWEEN 0 AND 1439),   -- diners are asked, the service day before
    calls_at     int NOT NULL DEFAULT 900 CHECK (calls_at BETWEEN 0 AND 1439),  -- those without an answer are phoned
    closes_at    int NOT NULL DEFAULT 960 CHECK (closes_at BETWEEN 0 AND 1439), -- orders close, the service day before
    serves_at    int NOT NULL DEFAULT 690 CHECK (serves_at BETWEEN 0 AND 1439), -- meals are on the table, and leave for the doors
    price        int NOT NULL DEFAULT 800 CHECK (price >= 0),                   -- of a portion, where a day has none of its own
    most         int NOT NULL DEFAULT 4 CHECK (most BETWEEN 1 AND 9),           -- portions of one diner
    eat          int NOT NULL DEFAULT 40 CHECK (eat BETWEEN 0 AND 2000),        -- how many portions there are for each way, on a day like any other
    take         int NOT NULL DEFAULT 40 CHECK (take BETWEEN 0 AND 2000),
    bring        int NOT NULL DEFAULT 80 CHECK (bring BETWEEN 0 AND 2000),
    PRIMARY KEY (community_id),
    CHECK (asks_at < calls_at AND calls_at < closes_at)
);

CREATE TABLE dishes (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 40),
    ticks        text[] NOT NULL DEFAULT '{}'
        CHECK (ticks <@ ARRAY['pork', 'meat', 'fish', 'egg', 'nut', 'wheat', 'dairy', 'spicy', 'salty', 'sugar', 'hard']),
    since        timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, name)
);

CREATE TABLE lunch_days (
    community_id bigint NOT NULL REFERENCES kitchens (community_id),
    day          date NOT NULL,
    state        text NOT NULL CHECK (state IN ('planned', 'published', 'closed', 'over', 'cancelled')),
    price        int NOT NULL CHECK (price >= 0),  -- of a portion
    asks_at      timestamptz NOT NULL,             -- the moments of this day; publishing comes at the first of them, or later by hand
    calls_at     timestamptz NOT NULL,
    closes_at    timestamptz NOT NULL,
    serves_at    timestamptz NOT NULL,
    published_at timestamptz,
    closed_at    timestamptz,
    over_at      timestamptz,
    cancelled_at timestamptz,
    why          text NOT NULL DEFAULT '' CHECK (char_length(why) <= 200), -- of cancelling, as the diners read it
    brings_all   boolean NOT NULL DEFAULT false,   -- bad weather: who would come is brought theirs
    sheet        int NOT NULL DEFAULT 0,           -- how often the kitchen got its sheet: more than one are corrections
    PRIMARY KEY (community_id, day),
    CHECK (asks_at < closes_at AND calls_at < closes_at AND closes_at < serves_at),
    CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL)),
    CHECK (state <> 'planned' OR published_at IS NULL),
    CHECK (state NOT IN ('closed', 'over') OR closed_at IS NOT NULL)
);

-- what there is on a day: dishes that come with everything, and of some one is chosen
CREATE TABLE lunch_menus (
    community_id bigint NOT NULL,
    day          date NOT NULL,
    nth          smallint NOT NULL CHECK (nth BETWEEN 1 AND 8),
    dish_id      bigint NOT NULL,
    choice       smallint NOT NULL DEFAULT 0 CHECK (choice BETWEEN 0 AND 2), -- 0: everybody gets it
    PRIMARY KEY (community_id, day, nth),
    UNIQUE (community_id, day, dish_id),
    FOREIGN KEY (community_id, day) REFERENCES lunch_days (community_id, day),
    FOREIGN KEY (community_id, dish_id) REFERENCES dishes (community_id, id)
);

-- who eats here, and how they usually do
CREATE TABLE diners (
    community_id bigint NOT NULL,
    person_id    bigint NOT NULL,
    why          text NOT NULL CHECK (why IN ('age', 'exception', 'guest')),
    reason       text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 200),
    let_in_by    bigint,                     -- who made the exception, or looked at the year of birth; NULL: the register says so
    since        timestamptz NOT NULL,
    until        date,                       -- the last day of an exception
    diet         text[] NOT NULL DEFAULT '{}'
        CHECK (diet <@ ARRAY['soft', 'low_salt', 'diabetic', 'halal', 'vegetarian', 'no_fish', 'no_egg', 'no_nut', 'no_wheat', 'no_dairy', 'no_spicy']),
    dislikes     text NOT NULL DEFAULT '' CHECK (char_length(dislikes) <= 100),
    mode         text NOT NULL DEFAULT 'bring' CHECK (mode IN ('eat', 'take', 'bring')),
    portions     smallint NOT NULL DEFAULT 1 CHECK (portions BETWEEN 1 AND 9),
    weekdays     smallint[] NOT NULL DEFAULT '{}' CHECK (weekdays <@ ARRAY[1,2,3,4,5,6,7]::smallint[]), -- a standing order; none: asked each day
    paused_from  date,
    paused_until date,                       -- the first day on which they eat again; NULL with a beginning: nobody knows
    tells        text NOT NULL DEFAULT 'worry' CHECK (tells IN ('doors', 'worry', 'never')), -- when their family hears of their door: also when nobody opened
    ended_at     timestamptz,                -- they eat here no more
    pays         int CHECK (pays >= 0),      -- the most that they pay of a portion; NULL: what it costs
    pays_why     text NOT NULL DEFAULT '' CHECK (char_length(pays_why) <= 200),
    PRIMARY KEY (community_id, person_id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, let_in_by) REFERENCES persons (community_id, id),
    CHECK (why = 'age' OR reason <> ''),
    CHECK ((pays IS NULL) = (pays_why = '')),
    CHECK (paused_until IS NULL OR paused_from IS NOT NULL AND paused_until > paused_from)
);

-- of whom nobody knows how old they are: the year that they named, until a member or a lead has looked at it
CREATE TABLE lunch_looks (
    community_id bigint NOT NULL REFERENCES kitchens (community_id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    person_id    bigint NOT NULL,
    by_id        bigint NOT NULL,            -- who wants them to eat here
    born         int NOT NULL,
    asked_at     timestamptz NOT NULL,
    decided_at   timestamptz,
    decided_by   bigint,
    yes          boolean,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, by_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, decided_by) REFERENCES persons (community_id, id),
    CHECK ((decided_at IS NULL) = (yes IS NULL))
);
CREATE UNIQUE INDEX lunch_looks_once ON lunch_looks (community_id, person_id) WHERE decided_at IS NULL;

-- How many portions there are for each way on a day, and how many are taken. The trigger of the orders counts, and no
-- count may rise over what there is, whoever asks in whatever order.
CREATE TABLE lunch_places (
    community_id bigint NOT NULL,
    day          date NOT NULL,
    mode         text NOT NULL CHECK (mode IN ('eat', 'take', 'bring')),
    capacity     int NOT NULL CHECK (capacity >= 0),
    taken        int NOT NULL DEFAULT 0 CHECK (taken >= 0),
    PRIMARY KEY (community_id, day, mode),
    FOREIGN KEY (community_id, day) REFERENCES lunch_days (community_id, day)
);

-- one for each diner and day, whatever became of it
CREATE TABLE lunch_orders (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    day          date NOT NULL,
    person_id    bigint NOT NULL,            -- who eats
    by_id        bigint,                     -- who said so; NULL is the standing order
    how          text NOT NULL CHECK (how IN ('tap', 'standing', 'phone', 'desk', 'late', 'list')),
    state        text NOT NULL CHECK (state IN ('ordered', 'waiting', 'offered', 'cancelled')),
    mode         text NOT NULL CHECK (mode IN ('eat', 'take', 'bring')),
    choice       smallint NOT NULL DEFAULT 0 CHECK (choice BETWEEN 0 AND 2),
    portions     smallint NOT NULL CHECK (portions BETWEEN 1 AND 9),
    word         text NOT NULL DEFAULT '' CHECK (char_length(word) <= 200), -- for the kitchen
    since        timestamptz NOT NULL,
    waits_since  timestamptz,                -- its turn on the waiting list
    takes_itself boolean NOT NULL DEFAULT false, -- a place that comes free is taken without asking
    held_until   timestamptz,                -- offered until then
    outcome      text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'delivered', 'neighbour', 'not_met', 'came', 'missed')),
    tries        smallint NOT NULL DEFAULT 0, -- how often nobody opened
    outcome_at   timestamptz,
    outcome_by   bigint,
    worried_at   timestamptz,                -- somebody at their door is worried about them
    case_id      bigint,                     -- the urgent case that came of it
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, day, person_id),
    FOREIGN KEY (community_id, day, mode) REFERENCES lunch_places (community_id, day, mode),
    FOREIGN KEY (community_id, person_id) REFERENCES diners (community_id, person_id),
    FOREIGN KEY (community_id, by_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, outcome_by) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, case_id) REFERENCES cases (community_id, id),
    CHECK ((state IN ('waiting', 'offered')) = (waits_since IS NOT NULL)),
    CHECK ((state = 'offered') = (held_until IS NOT NULL)),
    CHECK (outcome = '' OR state = 'ordered')
);
CREATE INDEX lunch_orders_person ON lunch_orders (community_id, person_id, day);
CREATE INDEX lunch_orders_list ON lunch_orders (community_id, day, mode, waits_since, id) WHERE state = 'waiting';

-- +goose StatementBegin
CREATE FUNCTION lunch_takes(state text, portions smallint) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN state IN ('ordered', 'offered') THEN portions ELSE 0 END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION lunch_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- one step for each way, so that fewer portions are no wish for a place
    UPDATE lunch_places p SET taken = p.taken + d.n
    FROM (SELECT x.community_id, x.day, x.mode, sum(x.n)::int AS n
        FROM (VALUES
            (OLD.community_id, OLD.day, OLD.mode, -lunch_takes(OLD.state, OLD.portions)),
            (NEW.community_id, NEW.day, NEW.mode, lunch_takes(NEW.state, NEW.portions))) AS x (community_id, day, mode, n)
        WHERE x.community_id IS NOT NULL
        GROUP BY x.community_id, x.day, x.mode) d
    WHERE p.community_id = d.community_id AND p.day = d.day AND p.mode = d.mode AND d.n <> 0;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER lunch_orders_count AFTER INSERT OR DELETE OR UPDATE OF state, portions, mode, day ON lunch_orders
    FOR EACH ROW EXECUTE FUNCTION lunch_count();

-- Fewer places than are taken may be left: nobody loses theirs, and nobody gets one until enough came free.
-- +goose StatementBegin
CREATE FUNCTION lunch_never_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.taken > OLD.taken AND NEW.taken > NEW.capacity THEN
        RAISE EXCEPTION 'no place is left' USING ERRCODE = 'check_violation', CONSTRAINT = 'lunch_places_never_over', TABLE = 'lunch_places';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER lunch_places_never_over BEFORE UPDATE ON lunch_places
    FOR EACH ROW EXECUTE FUNCTION lunch_never_over();

-- who was phoned about a day, and what came of it where it was no order
CREATE TABLE lunch_calls (
    community_id bigint NOT NULL,
    day          date NOT NULL,
    person_id    bigint NOT NULL,
    by_id        bigint NOT NULL,
    outcome      text NOT NULL CHECK (outcome IN ('one', 'none', 'no_reply')),
    at           timestamptz NOT NULL,
    PRIMARY KEY (community_id, day, person_id),
    FOREIGN KEY (community_id, day) REFERENCES lunch_days (community_id, day),
    FOREIGN KEY (community_id, person_id) REFERENCES diners (community_id, person_id),
    FOREIGN KEY (community_id, by_id) REFERENCES persons (community_id, id)
);

-- what is asked of the lead: something after the cut-off, or a voice to listen to
CREATE TABLE lunch_wishes (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    day          date NOT NULL,
    person_id    bigint NOT NULL,
    by_id        bigint NOT NULL,
    portions     smallint NOT NULL CHECK (portions BETWEEN 0 AND 9), -- 0: none any more, or, with a voice, nobody knows yet
    voice        text NOT NULL DEFAULT '',   -- its file at Telegram
    asked_at     timestamptz NOT NULL,
    decided_at   timestamptz,
    decided_by   bigint,
    granted      boolean,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, day) REFERENCES lunch_days (community_id, day),
    FOREIGN KEY (community_id, person_id) REFERENCES diners (community_id, person_id),
    FOREIGN KEY (community_id, by_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, decided_by) REFERENCES persons (community_id, id),
    CHECK ((decided_at IS NULL) = (granted IS NULL))
);
CREATE UNIQUE INDEX lunch_wishes_once ON lunch_wishes (community_id, day, person_id) WHERE decided_at IS NULL;

CREATE TABLE lunch_events (
    community_id bigint NOT NULL REFERENCES kitchens (community_id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    day          date,                       -- NULL: it is about the kitchen, a dish or a diner
    person_id    bigint,                     -- who eats
    code         text NOT NULL CHECK (code <> ''),
    actor_id     bigint,                     -- NULL is the bot itself
    detail       jsonb NOT NULL DEFAULT '{}', -- ids, codes and counts only
    at           timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, actor_id) REFERENCES persons (community_id, id)
);
CREATE INDEX lunch_events_day ON lunch_events (community_id, day, id);
CREATE INDEX lunch_events_person ON lunch_events (community_id, person_id, id);
