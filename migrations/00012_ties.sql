-- Why: somebody's family books and reports for them, a guardian decides for a child, and both sides see it.
-- +goose Up
CREATE TABLE ties (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    person_id    bigint NOT NULL, -- who acts
    for_id       bigint NOT NULL, -- for whom
    kind         text NOT NULL CHECK (kind IN ('family', 'guardian', 'collector')), -- a collector may fetch a child, and decides nothing
    agreed_by    bigint NOT NULL, -- who said yes: the one acted for, or a member at their door
    since        timestamptz NOT NULL,
    used_at      timestamptz,     -- when it was last acted on: that one is offered first
    ended_at     timestamptz,
    ended_by     bigint,          -- who said so; NULL where it ended because
    ended_with   bigint,          -- this one of the two moved, died or left
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, for_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, agreed_by) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, ended_by) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, ended_with) REFERENCES persons (community_id, id),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL AND ended_with IS NULL)),
    CHECK (person_id <> for_id),
    CHECK (ended_at >= since)
);
CREATE UNIQUE INDEX ties_once ON ties (community_id, person_id, for_id, kind) WHERE ended_at IS NULL;
CREATE INDEX ties_for ON ties (community_id, for_id) WHERE ended_at IS NULL;

ALTER TABLE cases ADD COLUMN channel text NOT NULL DEFAULT ''
    CHECK (channel IN ('', 'phone', 'door', 'paper')); -- how it was told to who wrote it down; '': nobody had to
