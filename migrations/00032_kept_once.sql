-- Why: who keeps what nobody takes over hears so once, and not each evening.
-- +goose Up
CREATE INDEX hand_overs_giver ON hand_overs (community_id, giver_id, id) WHERE kept_at IS NOT NULL;
