-- Why: a child that is there is minded also where its place is gone; no count rises over what there is for any other reason.
-- +goose Up
ALTER TABLE care_legs ADD COLUMN beyond boolean NOT NULL DEFAULT false; -- it is there, and no place was left for it
ALTER TABLE care_sittings ADD COLUMN beyond int NOT NULL DEFAULT 0 CHECK (beyond >= 0); -- of those who are taken

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION care_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE care_sittings s SET taken = s.taken + d.n, beyond = s.beyond + d.more
    FROM (SELECT x.community_id, x.sitting_id, sum(x.n)::int AS n, sum(x.more)::int AS more
        FROM (VALUES
            (OLD.community_id, OLD.sitting_id, CASE WHEN OLD.holds THEN -1 ELSE 0 END, CASE WHEN OLD.holds AND OLD.beyond THEN -1 ELSE 0 END),
            (NEW.community_id, NEW.sitting_id, CASE WHEN NEW.holds THEN 1 ELSE 0 END, CASE WHEN NEW.holds AND NEW.beyond THEN 1 ELSE 0 END)
        ) AS x (community_id, sitting_id, n, more)
        WHERE x.community_id IS NOT NULL
        GROUP BY x.community_id, x.sitting_id) d
    WHERE s.community_id = d.community_id AND s.id = d.sitting_id AND (d.n <> 0 OR d.more <> 0);
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- Over what there is rises only who is there beyond it: for a place that comes free the others wait until all fit again.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION care_never_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.taken > OLD.taken AND NEW.taken > NEW.places AND NEW.taken - OLD.taken > NEW.beyond - OLD.beyond THEN
        RAISE EXCEPTION 'no place is left' USING ERRCODE = 'check_violation', CONSTRAINT = 'care_sittings_never_over', TABLE = 'care_sittings';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

-- Beyond what there is has a child that is there, and no other: nobody is booked so.
-- +goose StatementBegin
CREATE FUNCTION care_beyond() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM care_bookings b
        WHERE b.community_id = NEW.community_id AND b.id = NEW.booking_id AND b.state = 'booked' AND b.outcome = 'came') THEN
        RAISE EXCEPTION 'it is not there' USING ERRCODE = 'check_violation', CONSTRAINT = 'care_legs_beyond', TABLE = 'care_legs';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER care_legs_beyond BEFORE INSERT OR UPDATE OF beyond ON care_legs
    FOR EACH ROW WHEN (NEW.beyond) EXECUTE FUNCTION care_beyond();
