-- Why: who may fetch a child is said in one place, the hall's list; whom families let fetch it elsewhere goes there.
-- +goose Up
-- Whom one who decides for a child let fetch it stands on its list from a moment on, unless they do already or are barred.
-- +goose StatementBegin
CREATE FUNCTION care_fetchers(community bigint, child bigint, at timestamptz) RETURNS void LANGUAGE sql AS $$
    INSERT INTO care_collectors (community_id, child_id, person_id, name, phone, since, by_id)
    SELECT t.community_id, t.for_id, t.person_id, left(p.name, 40), p.phone, at, t.agreed_by
    FROM ties t JOIN persons p ON p.community_id = t.community_id AND p.id = t.person_id
    WHERE t.community_id = community AND t.for_id = child AND t.kind = 'collector' AND t.ended_at IS NULL AND p.name <> ''
        AND care_decides(community, child, t.agreed_by) AND NOT care_decides(community, child, t.person_id)
        AND care_bar(community, child, NULL, t.person_id, p.name) IS NULL
        AND NOT EXISTS (SELECT FROM care_collectors k
            WHERE k.community_id = community AND k.child_id = child AND k.person_id = t.person_id AND k.ended_at IS NULL AND k.until_day IS NULL);
    UPDATE ties SET ended_at = greatest(at, since), ended_by = agreed_by
    WHERE community_id = community AND for_id = child AND kind = 'collector' AND ended_at IS NULL;
$$;
-- +goose StatementEnd
-- Of a child without a file yet they go there with it.
SELECT care_fetchers(community_id, child_id, now()) FROM care_children WHERE consent_at IS NOT NULL;

-- Nobody else comes to fetch a child by a link: those that are on their way lead nowhere.
UPDATE links SET expires_at = least(expires_at, now()), decided_at = CASE WHEN used_at IS NOT NULL THEN greatest(used_at, now()) END,
    accepted = CASE WHEN used_at IS NOT NULL THEN false END
WHERE kind = 'family' AND tie = 'collector' AND decided_at IS NULL;
UPDATE outbox o SET state = 'withdrawn', settled_at = o.due_at FROM ties t
WHERE t.community_id = o.community_id AND t.kind = 'collector' AND (o.args->>'id')::bigint = t.id
    AND o.topic = 'family.agreed' AND o.state IN ('waiting', 'kept');
