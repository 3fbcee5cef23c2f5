-- Why: the week's summary shows before and after of those who agreed to it, once, and counts what was settled in the week.
-- +goose Up
CREATE TABLE case_shares (
    community_id bigint NOT NULL,
    case_id      bigint NOT NULL,
    person_id    bigint NOT NULL, -- who agreed
    at           timestamptz NOT NULL,
    until        timestamptz, -- they agree no more
    week         date, -- in whose summary it was shown
    PRIMARY KEY (community_id, case_id),
    FOREIGN KEY (community_id, case_id) REFERENCES cases (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id)
);
CREATE INDEX case_shares_to_show ON case_shares (community_id, case_id) WHERE week IS NULL AND until IS NULL;
CREATE INDEX case_shares_shown ON case_shares (community_id, week) WHERE week IS NOT NULL;

CREATE INDEX cases_closed ON cases (community_id, closed_at) WHERE closed_at IS NOT NULL;
