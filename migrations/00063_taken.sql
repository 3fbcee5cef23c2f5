-- Who at the school took a child that was brought back, where the carer names them: the school answers for it all the same.
-- +goose Up
ALTER TABLE care_custody ADD COLUMN taken_by text NOT NULL DEFAULT '' CHECK (char_length(taken_by) <= 40),
    ADD CHECK (taken_by = '' OR place = 'school');
CREATE INDEX care_custody_taken ON care_custody (community_id, giver_id) WHERE taken_by <> '';
