-- Why: a case has more ends than "held", each with its reason and a second look; it can wait, be another's double, be private; and its clocks are kept.
-- +goose Up
ALTER TABLE cases
    DROP CONSTRAINT cases_status_check,
    ADD CONSTRAINT cases_status_check CHECK (status IN (
        'draft', 'dropped', 'open', 'assigned', 'taken', 'waiting', 'proposed', 'done',
        'held', 'seen', 'unconfirmed', 'referred', 'cannot', 'wish', 'duplicate', 'spam', 'taken_back')),
    ADD COLUMN done_by     timestamptz, -- by when it is to be reported done, as the clocks stand
    ADD COLUMN coming_at   timestamptz, -- when whoever took it said that they come
    ADD COLUMN wait_for    text NOT NULL DEFAULT '' CHECK (wait_for IN ('', 'resident', 'parts', 'date')),
    ADD COLUMN wait_until  timestamptz,
    ADD COLUMN ending      text NOT NULL DEFAULT '' CHECK (ending IN ('', 'referred', 'cannot', 'wish', 'spam')),
    ADD COLUMN why         text NOT NULL DEFAULT '', -- a code
    ADD COLUMN why_words   text NOT NULL DEFAULT '' CHECK (char_length(why_words) <= 200), -- in public
    ADD COLUMN passed_to   text NOT NULL DEFAULT '' CHECK (char_length(passed_to) <= 60), -- a code, or what it is called
    ADD COLUMN ask_on      timestamptz, -- when the other body is asked how it goes
    ADD COLUMN proposed_by bigint,
    ADD COLUMN decided_by  bigint,
    ADD COLUMN disputed_at timestamptz, -- the resident disagreed, which counts once
    ADD COLUMN of_id       bigint,
    ADD COLUMN key_matter  boolean NOT NULL DEFAULT false, -- visited again, though it held
    ADD COLUMN private     text NOT NULL DEFAULT '' CHECK (private IN ('', 'quarrel', 'family', 'complaint')),
    ADD COLUMN about_id    bigint, -- whom a complaint is about: never its holder
    ADD COLUMN step        int NOT NULL DEFAULT 0 CHECK (step >= 0), -- of the ladder, since it was last given to somebody
    ADD FOREIGN KEY (community_id, proposed_by) REFERENCES persons (community_id, id),
    ADD FOREIGN KEY (community_id, decided_by) REFERENCES persons (community_id, id),
    ADD FOREIGN KEY (community_id, about_id) REFERENCES persons (community_id, id),
    ADD FOREIGN KEY (community_id, of_id) REFERENCES cases (community_id, id),
    DROP CONSTRAINT cases_check3, -- holder
    DROP CONSTRAINT cases_check5, -- taken_at
    DROP CONSTRAINT cases_check6, -- done_at
    DROP CONSTRAINT cases_check7, -- closed_at
    ADD CONSTRAINT cases_has_holder CHECK (holder_id IS NOT NULL OR status NOT IN (
        'assigned', 'taken', 'waiting', 'proposed', 'done', 'held', 'seen', 'unconfirmed')),
    ADD CONSTRAINT cases_was_taken CHECK (taken_at IS NOT NULL OR status NOT IN (
        'taken', 'waiting', 'done', 'held', 'seen', 'unconfirmed')),
    ADD CONSTRAINT cases_was_done CHECK (done_at IS NOT NULL OR status NOT IN ('done', 'held', 'seen', 'unconfirmed')),
    ADD CONSTRAINT cases_is_closed CHECK ((closed_at IS NOT NULL) = (status IN (
        'dropped', 'held', 'seen', 'unconfirmed', 'referred', 'cannot', 'wish', 'duplicate', 'spam', 'taken_back'))),
    ADD CONSTRAINT cases_waits CHECK ((wait_for <> '') = (status = 'waiting')),
    ADD CONSTRAINT cases_proposes CHECK (status <> 'proposed' OR ending <> '' AND proposed_by IS NOT NULL),
    ADD CONSTRAINT cases_two_pairs_of_eyes CHECK (status NOT IN ('referred', 'cannot', 'wish', 'spam')
        OR ending = status AND proposed_by IS NOT NULL AND decided_by IS NOT NULL AND decided_by <> proposed_by),
    ADD CONSTRAINT cases_is_double CHECK ((of_id IS NOT NULL) = (status = 'duplicate') AND of_id <> id),
    ADD CONSTRAINT cases_not_by_whom_it_is_about CHECK (holder_id <> about_id);

-- what somebody has to do, or has said: it is handed over when they can go no more
DROP INDEX cases_load;
CREATE INDEX cases_load ON cases (community_id, holder_id) WHERE status IN ('draft', 'assigned', 'taken', 'waiting', 'proposed', 'done');
