-- Why: whoever has a shift sees their day in one pinned message; what is not done at its end goes before those who come next, and nothing falls between two.
-- +goose Up
CREATE TABLE today_pages ( -- the live page of each person: one
    community_id bigint NOT NULL,
    person_id    bigint NOT NULL,
    key          text NOT NULL,        -- of its outbox row
    previous     text NOT NULL DEFAULT '', -- of the page whose place it took
    shift_id     bigint,               -- NULL: they asked for it, and have no shift
    until        timestamptz NOT NULL, -- from then on it changes no more
    PRIMARY KEY (community_id, person_id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, shift_id) REFERENCES shifts (community_id, id)
);
CREATE INDEX today_pages_shift ON today_pages (community_id, shift_id) WHERE shift_id IS NOT NULL;

CREATE TABLE hand_overs (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    shift_id     bigint NOT NULL, -- that ended
    giver_id     bigint NOT NULL,
    case_ids     bigint[] NOT NULL CHECK (cardinality(case_ids) > 0), -- what they held then
    offered_at   timestamptz NOT NULL,
    taken_at     timestamptz,
    taken_by     bigint,
    kept_at      timestamptz, -- nobody took it: it stays with the giver
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, shift_id, giver_id),
    FOREIGN KEY (community_id, shift_id) REFERENCES shifts (community_id, id),
    FOREIGN KEY (community_id, giver_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, taken_by) REFERENCES persons (community_id, id),
    CHECK ((taken_at IS NULL) = (taken_by IS NULL)),
    CHECK (taken_at IS NULL OR kept_at IS NULL)
);
CREATE INDEX hand_overs_kept ON hand_overs (community_id, kept_at) WHERE kept_at IS NOT NULL;

-- before whom it was put, and the outbox row by which
CREATE TABLE hand_over_takers (
    community_id bigint NOT NULL,
    hand_over_id bigint NOT NULL,
    person_id    bigint NOT NULL,
    key          text NOT NULL,
    PRIMARY KEY (community_id, hand_over_id, person_id),
    FOREIGN KEY (community_id, hand_over_id) REFERENCES hand_overs (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id)
);

-- what the page of the morning counts: of all cases that ever were, those of yesterday, and those that wait for somebody
CREATE INDEX cases_opened ON cases (community_id, opened_at) WHERE opened_at IS NOT NULL;
CREATE INDEX cases_at_work ON cases (community_id, status, due_at) WHERE status IN ('open', 'assigned', 'taken');
