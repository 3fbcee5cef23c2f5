-- Why: a resident answers what they are asked and says why they disagree, and who looks twice says what is missing.
-- +goose Up
ALTER TABLE case_notes
    DROP CONSTRAINT case_notes_stage_check,
    ADD CONSTRAINT case_notes_stage_check CHECK (stage IN ('before', 'progress', 'after', 'left', 'answer', 'against', 'refused'));
ALTER TABLE case_media
    DROP CONSTRAINT case_media_stage_check,
    ADD CONSTRAINT case_media_stage_check CHECK (stage IN ('before', 'progress', 'after', 'left', 'answer', 'against', 'refused'));
