-- Why: a community has more roles than two; each is given by a link that works once, and one of power when its giver has seen who opened it.
-- +goose Up
ALTER TABLE person_roles
    DROP CONSTRAINT person_roles_role_check,
    ADD CONSTRAINT person_roles_role_check CHECK (role IN ('volunteer', 'helper', 'member', 'kitchen', 'childcare', 'carer',
        'mediator', 'counsellor', 'deputy', 'secretary', 'keeper')),
    ADD COLUMN building_id bigint, -- of a helper's entrance
    ADD COLUMN entrance    int CHECK (entrance BETWEEN 1 AND 99),
    ADD COLUMN away_since  timestamptz, -- a secretary's: since then everything goes to the deputy
    ADD FOREIGN KEY (community_id, building_id) REFERENCES buildings (community_id, id),
    ADD CHECK ((role = 'helper') = (building_id IS NOT NULL)),
    ADD CHECK (entrance IS NULL OR building_id IS NOT NULL),
    ADD CHECK (away_since IS NULL OR role = 'secretary');
DROP INDEX person_roles_once;
CREATE UNIQUE INDEX person_roles_once ON person_roles (community_id, person_id, role, area_id, building_id, entrance) NULLS NOT DISTINCT WHERE ended_at IS NULL;
CREATE INDEX person_roles_person ON person_roles (community_id, person_id) WHERE ended_at IS NULL;

-- links that work once: an invitation to a role, to act for somebody, to be somebody who is on the register
CREATE TABLE links (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    token_hash   bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    kind         text NOT NULL CHECK (kind IN ('role', 'family', 'person')),
    role         text NOT NULL DEFAULT '',
    area_id      bigint,
    building_id  bigint,
    entrance     int,
    person_id    bigint,         -- family: who is acted for; person: who it is
    tie          text NOT NULL DEFAULT '', -- family: 'family', 'guardian' or 'collector'
    made_by      bigint,         -- NULL is whoever keeps the machine
    made_at      timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_by      bigint,
    used_at      timestamptz,
    asks         bigint,         -- who must say that it is the right person; NULL: nobody need
    decided_at   timestamptz,    -- when what it gives was given, or refused
    accepted     boolean,
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, token_hash),
    FOREIGN KEY (community_id, area_id) REFERENCES areas (community_id, id),
    FOREIGN KEY (community_id, building_id) REFERENCES buildings (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, made_by) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, used_by) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, asks) REFERENCES persons (community_id, id),
    CHECK ((kind = 'role') = (role <> '')),
    CHECK ((kind = 'role') = (person_id IS NULL)),
    CHECK ((kind = 'family') = (tie <> '')),
    CHECK ((used_by IS NULL) = (used_at IS NULL)),
    CHECK ((decided_at IS NULL) = (accepted IS NULL)),
    CHECK (decided_at IS NULL OR used_at IS NOT NULL)
);

-- what somebody holds, also what they read or reported done: it is handed over when they can go no more
DROP INDEX cases_load;
CREATE INDEX cases_load ON cases (community_id, holder_id) WHERE status IN ('draft', 'assigned', 'taken', 'done');
