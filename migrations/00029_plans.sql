-- Why: what two cases share is parted, and what was a double follows the case that its own became a double of, without reading every case; and the lists of the morning come in their order, the first of them alone.
-- +goose Up
CREATE INDEX cases_doubles ON cases (community_id, of_id) WHERE of_id IS NOT NULL;
CREATE INDEX case_followers_own ON case_followers (community_id, own_id);
CREATE INDEX cases_pressing ON cases (community_id, urgent DESC, due_at, id)
    WHERE status IN ('open', 'assigned', 'taken', 'waiting', 'done') AND private = '';
