-- Why: neighbours who have the same trouble share one case and hear how it goes, and somebody's nonsense can be stopped and let in again.
-- +goose Up
CREATE TABLE case_followers (
    community_id bigint NOT NULL,
    case_id      bigint NOT NULL,
    own_id       bigint NOT NULL, -- what they brought themselves: its double, or the report that they gave up for it
    person_id    bigint NOT NULL,
    double       boolean NOT NULL, -- own_id is a double: they are asked whether it held
    words        text NOT NULL DEFAULT '' CHECK (char_length(words) <= 1000), -- what they said of it
    since        timestamptz NOT NULL,
    PRIMARY KEY (community_id, case_id, own_id, person_id),
    FOREIGN KEY (community_id, case_id) REFERENCES cases (community_id, id),
    FOREIGN KEY (community_id, own_id) REFERENCES cases (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    CHECK (own_id <> case_id),
    CHECK (NOT double OR words = '') -- a double keeps its own
);
CREATE INDEX case_followers_person ON case_followers (community_id, person_id, case_id);

-- what a new report can be like: not inside a home, not private, not over
CREATE INDEX cases_near ON cases (community_id, coalesce(building_id, 0), coalesce(area_id, 0), opened_at)
    WHERE status IN ('open', 'assigned', 'taken', 'waiting', 'proposed', 'done') AND private = '' AND spot <> 'home';

ALTER TABLE persons
    ADD COLUMN blocked_at timestamptz, -- nothing new of theirs is taken in, but for a danger
    ADD COLUMN blocked_by bigint,
    ADD FOREIGN KEY (community_id, blocked_by) REFERENCES persons (community_id, id),
    ADD CHECK ((blocked_at IS NULL) = (blocked_by IS NULL));
