-- Why: a case is from its first photo on a row here, so that nothing that was brought is lost; each step is an event that outlives the words.
-- +goose Up
CREATE TABLE cases (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    session_key  text NOT NULL CHECK (session_key <> ''),
    number       bigint CHECK (number > 0),
    status       text NOT NULL CHECK (status IN ('draft', 'dropped', 'open', 'assigned', 'taken', 'done', 'held', 'taken_back')),
    kind         text NOT NULL DEFAULT '',
    building_id  bigint,
    entrance     int CHECK (entrance BETWEEN 1 AND 99),
    flat         text NOT NULL DEFAULT '' CHECK (char_length(flat) <= 12),
    spot         text NOT NULL DEFAULT '' CHECK (spot IN ('', 'home', 'outdoors', 'other')),
    place_note   text NOT NULL DEFAULT '' CHECK (char_length(place_note) <= 200),
    lat          double precision CHECK (lat BETWEEN -90 AND 90),
    lon          double precision CHECK (lon BETWEEN -180 AND 180),
    area_id      bigint,
    words        text NOT NULL DEFAULT '' CHECK (char_length(words) <= 1000),
    album        text NOT NULL DEFAULT '',
    reporter_id  bigint NOT NULL,
    for_id       bigint NOT NULL,
    holder_id    bigint,
    urgent       boolean NOT NULL,
    danger       text NOT NULL DEFAULT '',
    self_sends   boolean NOT NULL,
    self_sent    boolean NOT NULL DEFAULT false,
    reason       text NOT NULL DEFAULT '',
    drafted_at   timestamptz NOT NULL,
    quiet_until  timestamptz,
    opened_at    timestamptz,
    due_at       timestamptz,
    taken_at     timestamptz,
    done_at      timestamptz,
    closed_at    timestamptz,
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, session_key),
    UNIQUE (community_id, number),
    FOREIGN KEY (community_id, building_id) REFERENCES buildings (community_id, id),
    FOREIGN KEY (community_id, area_id) REFERENCES areas (community_id, id),
    FOREIGN KEY (community_id, reporter_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, for_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, holder_id) REFERENCES persons (community_id, id),
    CHECK ((number IS NULL) = (status IN ('draft', 'dropped'))),
    CHECK ((number IS NULL) = (opened_at IS NULL)),
    CHECK ((opened_at IS NULL) = (due_at IS NULL)),
    CHECK (holder_id IS NOT NULL OR status NOT IN ('assigned', 'taken', 'done', 'held')),
    CHECK (holder_id IS NULL OR status <> 'open'),
    CHECK (taken_at IS NOT NULL OR status NOT IN ('taken', 'done', 'held')),
    CHECK (done_at IS NOT NULL OR status NOT IN ('done', 'held')),
    CHECK ((closed_at IS NOT NULL) = (status IN ('dropped', 'held', 'taken_back'))),
    CHECK (entrance IS NULL OR building_id IS NOT NULL),
    CHECK ((lat IS NULL) = (lon IS NULL)),
    CHECK (NOT self_sent OR self_sends),
    -- what is taken back or dropped keeps nothing that a person said
    CHECK (status NOT IN ('dropped', 'taken_back') OR (words = '' AND place_note = '' AND flat = '' AND lat IS NULL))
);
CREATE INDEX cases_load ON cases (community_id, holder_id) WHERE status IN ('assigned', 'taken');
CREATE INDEX cases_reporter ON cases (community_id, reporter_id, id);
CREATE INDEX cases_for ON cases (community_id, for_id, id) WHERE for_id <> reporter_id;

CREATE TABLE case_numbers (
    community_id bigint PRIMARY KEY REFERENCES communities (id),
    last         bigint NOT NULL CHECK (last > 0)
);

CREATE TABLE case_media (
    community_id bigint NOT NULL,
    case_id      bigint NOT NULL,
    stage        text NOT NULL CHECK (stage IN ('before', 'progress', 'after', 'left')),
    nth          int NOT NULL CHECK (nth BETWEEN 1 AND 10),
    kind         text NOT NULL CHECK (kind IN ('photo', 'video', 'voice')),
    file_id      text NOT NULL CHECK (file_id <> ''),
    unique_id    text NOT NULL CHECK (unique_id <> ''),
    person_id    bigint NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (community_id, case_id, stage, nth),
    UNIQUE (community_id, case_id, stage, unique_id),
    FOREIGN KEY (community_id, case_id) REFERENCES cases (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id)
);

CREATE TABLE case_notes (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    case_id      bigint NOT NULL,
    stage        text NOT NULL CHECK (stage IN ('before', 'progress', 'after', 'left')),
    words        text NOT NULL CHECK (char_length(words) BETWEEN 1 AND 1000),
    person_id    bigint NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, case_id) REFERENCES cases (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id)
);
CREATE INDEX case_notes_case ON case_notes (community_id, case_id, id);

CREATE TABLE case_events (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    case_id      bigint NOT NULL,
    code         text NOT NULL CHECK (code <> ''),
    actor_id     bigint, -- NULL is the bot itself
    from_status  text NOT NULL,
    to_status    text NOT NULL,
    detail       jsonb NOT NULL DEFAULT '{}', -- ids and codes only
    key          text, -- of what may be repeated: a second one adds nothing
    at           timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, case_id, key),
    FOREIGN KEY (community_id, case_id) REFERENCES cases (community_id, id),
    FOREIGN KEY (community_id, actor_id) REFERENCES persons (community_id, id)
);
CREATE INDEX case_events_case ON case_events (community_id, case_id, id);

-- the pings that lie in chats, so that they can be changed and withdrawn
CREATE TABLE case_cards (
    community_id bigint NOT NULL,
    case_id      bigint NOT NULL,
    person_id    bigint NOT NULL,
    round        int NOT NULL CHECK (round > 0),
    key          text NOT NULL, -- of its outbox row
    settled_at   timestamptz, -- it says already how it ended
    PRIMARY KEY (community_id, case_id, person_id, round),
    FOREIGN KEY (community_id, case_id) REFERENCES cases (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id)
);
