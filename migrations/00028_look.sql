-- Why: whoever is asked to look at a proposed end has it on their page of the day.
-- +goose Up
CREATE INDEX cases_proposed ON cases (community_id) WHERE status = 'proposed';
