-- Why: a person is known by their Telegram or by a register; what they may do is a role that can end; the first secretary comes by a one-time link.
-- +goose Up
CREATE TABLE persons (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    telegram     bigint CHECK (telegram > 0),
    name         text NOT NULL CHECK (char_length(name) <= 60),
    language     text NOT NULL CHECK (language ~ '^[a-z]{2,3}$'),
    birth_year   int CHECK (birth_year BETWEEN 1880 AND 2200),
    phone        text NOT NULL DEFAULT '' CHECK (char_length(phone) <= 30),
    building_id  bigint,
    entrance     int CHECK (entrance BETWEEN 1 AND 99),
    flat         text NOT NULL DEFAULT '' CHECK (char_length(flat) <= 12),
    consent_at   timestamptz,
    reachable    boolean NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, telegram),
    FOREIGN KEY (community_id, building_id) REFERENCES buildings (community_id, id),
    CHECK (entrance IS NULL OR building_id IS NOT NULL),
    CHECK (NOT reachable OR telegram IS NOT NULL)
);

CREATE TABLE person_roles (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    person_id    bigint NOT NULL,
    role         text NOT NULL CHECK (role IN ('member', 'secretary')),
    area_id      bigint,
    since        timestamptz NOT NULL,
    ended_at     timestamptz,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, area_id) REFERENCES areas (community_id, id),
    CHECK ((role = 'member') = (area_id IS NOT NULL)),
    CHECK (ended_at >= since)
);
CREATE UNIQUE INDEX person_roles_once ON person_roles (community_id, person_id, role, area_id) NULLS NOT DISTINCT WHERE ended_at IS NULL;
CREATE UNIQUE INDEX person_roles_one_secretary ON person_roles (community_id) WHERE role = 'secretary' AND ended_at IS NULL;
CREATE INDEX person_roles_area ON person_roles (community_id, area_id) WHERE ended_at IS NULL;

CREATE TABLE claims (
    community_id bigint NOT NULL REFERENCES communities (id),
    token_hash   bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    replaces     boolean NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_by      bigint,
    used_at      timestamptz,
    PRIMARY KEY (community_id, token_hash),
    FOREIGN KEY (community_id, used_by) REFERENCES persons (community_id, id),
    CHECK ((used_by IS NULL) = (used_at IS NULL))
);

CREATE TABLE person_events (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    person_id    bigint NOT NULL,
    code         text NOT NULL,
    actor_id     bigint, -- NULL is the bot itself
    detail       jsonb NOT NULL DEFAULT '{}',
    at           timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, actor_id) REFERENCES persons (community_id, id)
);
CREATE INDEX person_events_person ON person_events (community_id, person_id, id);
