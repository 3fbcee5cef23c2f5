-- Why: what is late is read by when it was to be taken or done, among all that is at work.
-- +goose Up
CREATE INDEX cases_late ON cases (community_id, (CASE WHEN status IN ('open', 'assigned') THEN due_at ELSE done_by END))
    WHERE status IN ('open', 'assigned', 'taken', 'waiting', 'proposed') AND private = '';
