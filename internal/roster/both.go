package roster

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/refusal"
)

// both are the two places of a swap, with their shifts.
type both struct {
	mine, theirs     Assignment
	mineIn, theirsIn Shift
	who, other       engaged
}

func readBoth(ctx context.Context, tx *sqlx.Tx, community, mine, theirs int64) (b both, err error) {
	if b.mine, err = readAssignment(ctx, tx, community, mine); err != nil {
		return b, err
	}
	b.theirs, err = readAssignment(ctx, tx, community, theirs)
	return b, err
}

// lock locks the two persons and then the two shifts, each pair in the order of
// their ids, as everybody does, and reads them as they are then.
func (b *both) lock(ctx context.Context, tx *sqlx.Tx) error {
	persons := map[int64]engaged{}
	for _, id := range sorted(b.mine.Person, b.theirs.Person) {
		who, err := engage(ctx, tx, b.mine.Community, id)
		if err != nil {
			return err
		}
		persons[id] = who
	}
	shifts := map[int64]Shift{}
	for _, id := range sorted(b.mine.Shift, b.theirs.Shift) {
		sh, err := lockShift(ctx, tx, b.mine.Community, id)
		if err != nil {
			return err
		}
		shifts[id] = sh
	}
	again, err := readBoth(ctx, tx, b.mine.Community, b.mine.ID, b.theirs.ID)
	if err != nil {
		return err
	}
	b.mine, b.theirs = again.mine, again.theirs
	b.mineIn, b.theirsIn = shifts[b.mine.Shift], shifts[b.theirs.Shift]
	b.who, b.other = persons[b.mine.Person], persons[b.theirs.Person]
	return nil
}

func sorted(ids ...int64) []int64 {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// expires is when the earlier of both begins.
func (b both) expires() time.Time {
	if b.theirsIn.StartsAt.Before(b.mineIn.StartsAt) {
		return b.theirsIn.StartsAt
	}
	return b.mineIn.StartsAt
}

// check refuses what cannot be swapped: both places are had, of one activity and
// still to come, and each of the two may have the other's.
func (b both) check(now time.Time) error {
	over := b.mine.EndedAt != nil || b.theirs.EndedAt != nil || b.mineIn.CancelledAt != nil || b.theirsIn.CancelledAt != nil
	if over || b.mine.Person == b.theirs.Person || b.mineIn.ID == b.theirsIn.ID || b.mineIn.Activity != b.theirsIn.Activity ||
		!b.expires().After(now) || !eligible(b.who.actor, b.theirsIn) || !eligible(b.other.actor, b.mineIn) ||
		!hereOn(b.who.Person, b.theirsIn) || !hereOn(b.other.Person, b.mineIn) {
		return refusal.New(refusal.Conflict, "roster.swap_over")
	}
	return nil
}
