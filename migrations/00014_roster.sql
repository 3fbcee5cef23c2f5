-- Why: at every hour somebody named is there: shifts that come back every week or come once, and who has a place in them.
-- +goose Up
CREATE TABLE shift_patterns (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    activity     text NOT NULL CHECK (activity ~ '^[a-z][a-z_]{0,29}$'),
    area_id      bigint,        -- NULL: the whole community
    slot         text NOT NULL CHECK (slot ~ '^[a-z][a-z_]{0,19}$'), -- which of the day's shifts: day, night
    weekday      smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),  -- Monday is 1
    runs         text NOT NULL DEFAULT 'always' CHECK (runs IN ('always', 'workdays', 'holidays')),
    from_minute  int NOT NULL CHECK (from_minute BETWEEN 0 AND 1439),  -- of the day, in the community's zone
    until_minute int NOT NULL CHECK (until_minute BETWEEN 0 AND 1439), -- not after the other: of the next day
    early        int NOT NULL DEFAULT 0 CHECK (early BETWEEN 0 AND 240), -- minutes before it, when those on it come
    places       int NOT NULL CHECK (places BETWEEN 1 AND 50),
    since        timestamptz NOT NULL,
    ended_at     timestamptz,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, area_id) REFERENCES areas (community_id, id)
);
CREATE UNIQUE INDEX shift_patterns_once ON shift_patterns (community_id, activity, area_id, weekday, slot) NULLS NOT DISTINCT
    WHERE ended_at IS NULL;

-- who has a place in every shift of a pattern
CREATE TABLE standing_assignments (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    pattern_id   bigint NOT NULL,
    person_id    bigint NOT NULL,
    since        timestamptz NOT NULL,
    ended_at     timestamptz,
    told         boolean NOT NULL DEFAULT false, -- how it is now
    knows        boolean NOT NULL DEFAULT false, -- was told at some time that they stand in it
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, pattern_id) REFERENCES shift_patterns (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    CHECK (ended_at >= since)
);
CREATE UNIQUE INDEX standing_once ON standing_assignments (community_id, pattern_id, person_id) WHERE ended_at IS NULL;
CREATE INDEX standing_person ON standing_assignments (community_id, person_id) WHERE ended_at IS NULL;
CREATE INDEX standing_untold ON standing_assignments (community_id, person_id) WHERE NOT told;

CREATE TABLE shifts (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    activity     text NOT NULL CHECK (activity ~ '^[a-z][a-z_]{0,29}$'),
    area_id      bigint,        -- NULL: the whole community
    slot         text NOT NULL CHECK (slot ~ '^[a-z][a-z_]{0,19}$'),
    pattern_id   bigint,        -- NULL: it comes once
    day          date NOT NULL, -- on which it begins, in the community's zone
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    arrive_at    timestamptz NOT NULL,
    places       int NOT NULL CHECK (places BETWEEN 1 AND 50),
    begun_at     timestamptz,   -- when its beginning, and its end, were seen to
    over_at      timestamptz,
    cancelled_at timestamptz,
    hole         int NOT NULL DEFAULT 0, -- how often it lacked somebody
    hole_since   timestamptz,            -- it does now
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, pattern_id, day),
    UNIQUE (community_id, id, places, starts_at, ends_at), -- what those on it follow
    FOREIGN KEY (community_id, area_id) REFERENCES areas (community_id, id),
    FOREIGN KEY (community_id, pattern_id) REFERENCES shift_patterns (community_id, id),
    CHECK (ends_at > starts_at AND ends_at <= starts_at + interval '36 hours'),
    CHECK (arrive_at <= starts_at)
);
CREATE INDEX shifts_time ON shifts (community_id, activity, ends_at) WHERE cancelled_at IS NULL;

-- A place in a shift. That nobody has two at one time, and no shift too many, holds here whatever the program does:
-- a place has a number, numbers end with the places of the shift, and one person's places exclude each other by time.
CREATE TABLE assignments (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    shift_id     bigint NOT NULL,
    person_id    bigint NOT NULL,
    places       int NOT NULL,         -- these three are the shift's, and follow it
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    seat         int NOT NULL,
    how          text NOT NULL CHECK (how IN ('standing', 'signed', 'asked', 'swapped', 'given')),
    since        timestamptz NOT NULL,
    confirmed_at timestamptz,          -- they said once more that they come
    arrived_at   timestamptz,          -- they said that they are there
    missed_at    timestamptz,          -- somebody saw that they were not
    thanked_at   timestamptz,
    thanked_by   bigint,
    ended_at     timestamptz,
    ended_why    text CHECK (ended_why IN ('cannot', 'swapped', 'removed', 'absent', 'missed', 'cancelled')),
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, shift_id, places, starts_at, ends_at)
        REFERENCES shifts (community_id, id, places, starts_at, ends_at) ON UPDATE CASCADE,
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, thanked_by) REFERENCES persons (community_id, id),
    CHECK (seat BETWEEN 1 AND places),
    CHECK ((ended_at IS NULL) = (ended_why IS NULL)),
    CHECK ((thanked_at IS NULL) = (thanked_by IS NULL)),
    -- ranges of one number, as gist knows those without an extension
    CONSTRAINT assignments_not_twice EXCLUDE USING gist (
        int8range(community_id, community_id, '[]') WITH &&, int8range(person_id, person_id, '[]') WITH &&,
        tstzrange(starts_at, ends_at) WITH &&) WHERE (ended_at IS NULL)
);
CREATE UNIQUE INDEX assignments_seat ON assignments (community_id, shift_id, seat) WHERE ended_at IS NULL;
CREATE INDEX assignments_person ON assignments (community_id, person_id, ends_at);

-- who was asked to take a place that nobody has
CREATE TABLE shift_asks (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    shift_id     bigint NOT NULL,
    person_id    bigint NOT NULL,
    round        int NOT NULL CHECK (round > 0), -- the hole of the shift for which they were
    key          text NOT NULL, -- of its outbox row
    asked_at     timestamptz NOT NULL,
    declined_at  timestamptz,
    settled_at   timestamptz,   -- it asks no more
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, shift_id, person_id, round),
    FOREIGN KEY (community_id, shift_id) REFERENCES shifts (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id)
);

CREATE INDEX shift_asks_person ON shift_asks (community_id, person_id, asked_at);

-- who was told that a shift lacks somebody: the message changes when it does no more
CREATE TABLE shift_alarms (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    shift_id     bigint NOT NULL,
    hole         int NOT NULL CHECK (hole > 0),
    person_id    bigint NOT NULL,
    key          text NOT NULL, -- of its outbox row
    at           timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, shift_id) REFERENCES shifts (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id)
);
CREATE INDEX shift_alarms_shift ON shift_alarms (community_id, shift_id, hole);

-- somebody would give a place of theirs for one of another's
CREATE TABLE shift_swaps (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    mine_id      bigint NOT NULL, -- an assignment of who asks
    theirs_id    bigint NOT NULL,
    asked_at     timestamptz NOT NULL,
    decided_at   timestamptz,
    accepted     boolean,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, mine_id) REFERENCES assignments (community_id, id),
    FOREIGN KEY (community_id, theirs_id) REFERENCES assignments (community_id, id),
    CHECK (mine_id <> theirs_id),
    CHECK ((decided_at IS NULL) = (accepted IS NULL))
);
CREATE UNIQUE INDEX shift_swaps_once ON shift_swaps (community_id, mine_id, theirs_id) WHERE decided_at IS NULL;

CREATE TABLE shift_events (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    shift_id     bigint, -- NULL: it is about the week
    code         text NOT NULL CHECK (code <> ''),
    actor_id     bigint, -- NULL is the bot itself
    detail       jsonb NOT NULL DEFAULT '{}', -- ids and codes only
    at           timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, shift_id) REFERENCES shifts (community_id, id),
    FOREIGN KEY (community_id, actor_id) REFERENCES persons (community_id, id)
);
CREATE INDEX shift_events_shift ON shift_events (community_id, shift_id, id);
