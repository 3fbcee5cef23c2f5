-- Why: a notice reaches everybody whom it concerns, once, and it is known whom it did not reach.
-- +goose Up
CREATE TABLE notices (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    key          text NOT NULL CHECK (key <> ''),       -- of the dialog that wrote it: confirmed twice, there is one
    state        text NOT NULL CHECK (state IN ('set', 'going', 'paused', 'out', 'stopped', 'withdrawn')),
    weight       text NOT NULL CHECK (weight IN ('ordinary', 'important', 'urgent')),
    author_id    bigint NOT NULL,
    language     text NOT NULL,                         -- in which it was written first
    texts        jsonb NOT NULL,                        -- language → words
    media        jsonb NOT NULL DEFAULT '[]',           -- [{kind, file_id, unique_id}]: a picture or a file
    audience     jsonb NOT NULL,                        -- for whom, see notices.Audience
    answer       text NOT NULL CHECK (answer IN ('none', 'seen', 'question', 'event')),
    options      jsonb NOT NULL DEFAULT '[]',           -- of a question: language → words, one to five times
    voice        text NOT NULL DEFAULT '' CHECK (voice IN ('', 'person', 'household')),
    named        boolean NOT NULL DEFAULT false,        -- the secretary reads who answered what
    pin          boolean NOT NULL DEFAULT false,        -- in groups, until it is over
    send_at      timestamptz NOT NULL,                  -- not before
    over_at      timestamptz NOT NULL,                  -- current until then; of a question, when it closes
    doors_at     timestamptz,                           -- when those whom it did not reach go on the door list
    repeats      text NOT NULL DEFAULT '' CHECK (repeats IN ('', 'weekly', 'monthly')),
    of_id        bigint,                                -- what it repeats, copies, or tells the result of
    template     text NOT NULL DEFAULT '' CHECK (char_length(template) <= 60), -- kept under this name, to begin others from
    version      int NOT NULL DEFAULT 0,                -- how often it was corrected
    corrected_at timestamptz,
    set_at       timestamptz NOT NULL,
    started_at   timestamptz,                           -- its audience is frozen since
    ended_at     timestamptz,                           -- every row has its end since; or it was stopped or withdrawn
    doors_done_at timestamptz,
    published_at timestamptz,                           -- the result of a question
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, key),
    FOREIGN KEY (community_id, author_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, of_id) REFERENCES notices (community_id, id),
    CHECK ((answer = 'question') = (voice <> '')),
    CHECK (over_at > send_at)
);
CREATE INDEX notices_current ON notices (community_id, over_at) WHERE state IN ('going', 'paused', 'out');

CREATE TABLE notice_recipients (
    community_id bigint NOT NULL,
    notice_id    bigint NOT NULL,
    person_id    bigint NOT NULL,
    as_id        bigint,                                -- under whose number it was told, where they turned out to be another
    household_id bigint,                                -- as it was when the audience was frozen; NULL: not known
    building_id  bigint,
    entrance     int,
    state        text NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'uncertain', 'withdrawn')),
    reason       text NOT NULL DEFAULT '',              -- why it failed: no_telegram, blocked…
    settled_at   timestamptz,
    reached_at   timestamptz,                           -- this person knows of it
    reached      text NOT NULL DEFAULT '' CHECK (reached IN ('', 'seen', 'help', 'visited', 'phoned', 'told')), -- told: by a neighbour, or on paper at the door
    reached_by   bigint,                                -- who tapped it, where it was another
    case_id      bigint,                                -- "I need help"
    PRIMARY KEY (community_id, notice_id, person_id),
    FOREIGN KEY (community_id, notice_id) REFERENCES notices (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, reached_by) REFERENCES persons (community_id, id),
    CHECK ((reached = '') = (reached_at IS NULL)),
    CHECK ((state = 'waiting') = (settled_at IS NULL))
);
CREATE INDEX notice_recipients_open ON notice_recipients (community_id, notice_id) WHERE state = 'waiting';
CREATE INDEX notice_recipients_person ON notice_recipients (community_id, person_id, notice_id);
CREATE INDEX notice_recipients_home ON notice_recipients (community_id, notice_id, household_id);

CREATE TABLE notice_posts (
    community_id bigint NOT NULL,
    notice_id    bigint NOT NULL,
    group_id     bigint NOT NULL,
    state        text NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'uncertain', 'withdrawn')),
    reason       text NOT NULL DEFAULT '',
    settled_at   timestamptz,
    PRIMARY KEY (community_id, notice_id, group_id),
    FOREIGN KEY (community_id, notice_id) REFERENCES notices (community_id, id),
    FOREIGN KEY (community_id, group_id) REFERENCES groups (community_id, id),
    CHECK ((state = 'waiting') = (settled_at IS NULL))
);

-- a door at which somebody has to knock, or a number to ring: one household, or one person without
CREATE TABLE notice_doors (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    notice_id    bigint NOT NULL,
    household_id bigint,
    person_id    bigint NOT NULL,                       -- whom to ask for: of a household the oldest
    building_id  bigint,
    entrance     int,
    nth          int NOT NULL,                          -- the old and alone first, then by entrance
    way          text NOT NULL CHECK (way IN ('phone', 'door')),
    to_id        bigint,                                -- who is to go; NULL: whoever has the sheet
    outcome      text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'reached', 'nobody', 'told')),
    tries        int NOT NULL DEFAULT 0,
    at           timestamptz,
    by_id        bigint,
    PRIMARY KEY (community_id, id),
    UNIQUE NULLS NOT DISTINCT (community_id, notice_id, household_id, person_id),
    FOREIGN KEY (community_id, notice_id) REFERENCES notices (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, to_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, by_id) REFERENCES persons (community_id, id)
);
CREATE INDEX notice_doors_to ON notice_doors (community_id, to_id) WHERE outcome IN ('', 'nobody');

-- one voice each: of a person, or of a household; the last word before it closes counts
CREATE TABLE notice_voices (
    community_id bigint NOT NULL,
    notice_id    bigint NOT NULL,
    whose        text NOT NULL CHECK (whose IN ('person', 'household')),
    whose_id     bigint NOT NULL,
    choice       int NOT NULL CHECK (choice BETWEEN 0 AND 4),
    building_id  bigint,
    person_id    bigint NOT NULL,                       -- whose word it was
    by_id        bigint NOT NULL,                       -- who tapped it
    how          text NOT NULL CHECK (how IN ('tap', 'door', 'phone')),
    at           timestamptz NOT NULL,
    PRIMARY KEY (community_id, notice_id, whose, whose_id),
    FOREIGN KEY (community_id, notice_id) REFERENCES notices (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, by_id) REFERENCES persons (community_id, id)
);

-- what is on: a notice that tells of something to come to
CREATE TABLE notice_events (
    community_id bigint NOT NULL,
    notice_id    bigint NOT NULL,
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL CHECK (ends_at > starts_at),
    place        text NOT NULL CHECK (char_length(place) BETWEEN 1 AND 60),
    places       int CHECK (places > 0),                -- NULL: as many as come
    taken        int NOT NULL DEFAULT 0 CHECK (taken >= 0),
    off_at       timestamptz,                           -- it does not take place
    why          text NOT NULL DEFAULT '' CHECK (char_length(why) <= 200),
    PRIMARY KEY (community_id, notice_id),
    FOREIGN KEY (community_id, notice_id) REFERENCES notices (community_id, id),
    CHECK (taken <= places)
);

CREATE TABLE notice_signups (
    community_id bigint NOT NULL,
    notice_id    bigint NOT NULL,
    person_id    bigint NOT NULL,
    by_id        bigint NOT NULL,
    state        text NOT NULL CHECK (state IN ('coming', 'waiting', 'not')),
    since        timestamptz NOT NULL,                  -- the turn of who waits
    PRIMARY KEY (community_id, notice_id, person_id),
    FOREIGN KEY (community_id, notice_id) REFERENCES notice_events (community_id, notice_id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, by_id) REFERENCES persons (community_id, id)
);
CREATE INDEX notice_signups_turn ON notice_signups (community_id, notice_id, since) WHERE state = 'waiting';

CREATE TABLE notice_happenings (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    notice_id    bigint NOT NULL,
    code         text NOT NULL,
    actor_id     bigint,                                -- NULL is the bot itself
    detail       jsonb NOT NULL DEFAULT '{}',
    at           timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, notice_id) REFERENCES notices (community_id, id),
    FOREIGN KEY (community_id, actor_id) REFERENCES persons (community_id, id)
);
CREATE INDEX notice_happenings_notice ON notice_happenings (community_id, notice_id, id);
