-- Why: a community is what every other row belongs to; it has areas with their own members, and buildings.
-- +goose Up
CREATE TABLE communities (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bot          bigint NOT NULL UNIQUE CHECK (bot > 0),
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    language     text NOT NULL CHECK (language ~ '^[a-z]{2,3}$'),
    zone         text NOT NULL CHECK (zone <> ''),
    office_phone text NOT NULL DEFAULT '' CHECK (char_length(office_phone) <= 30),
    created_at   timestamptz NOT NULL
);

CREATE TABLE areas (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    name         text NOT NULL CHECK (char_length(name) <= 60), -- '' is the default area, told to nobody
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, name)
);

CREATE TABLE buildings (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    area_id      bigint NOT NULL,
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
    entrances    int NOT NULL CHECK (entrances BETWEEN 1 AND 99),
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, name),
    FOREIGN KEY (community_id, area_id) REFERENCES areas (community_id, id)
);

CREATE TABLE community_events (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    code         text NOT NULL,
    actor_id     bigint, -- a person; NULL is whoever keeps the machine
    detail       jsonb NOT NULL DEFAULT '{}',
    at           timestamptz NOT NULL,
    PRIMARY KEY (community_id, id)
);
