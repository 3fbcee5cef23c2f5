-- Why: what a side of a quarrel said can be put otherwise, and whoever holds what is private finds it in every state.
-- +goose Up
ALTER TABLE case_hearings
    ADD COLUMN key text,               -- of the message that said it; NULL: from before it was kept
    ADD COLUMN changed_at timestamptz; -- its words are not the first
CREATE INDEX case_hearings_key ON case_hearings (community_id, key) WHERE key IS NOT NULL;

CREATE INDEX cases_private_held ON cases (community_id, holder_id) WHERE private <> '';
