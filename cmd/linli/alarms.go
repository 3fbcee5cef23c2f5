package main

import (
	"context"
	"errors"
	"syscall"

	"github.com/linli-bot/linli/internal/alarms"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/process"
)

// watch looks whether all is well, for the keepers of the communities here.
func (a *app) watch() *alarms.Watch {
	w := &alarms.Watch{Alarms: alarms.New(a.db, a.clk, a.courier.Wake), Read: a.readings, Real: clock.New(), Log: a.log}
	for _, b := range a.bots {
		w.Communities = append(w.Communities, b.CommunityID())
	}
	return w
}

// readings are the figures by which it is seen whether something is wrong.
func (a *app) readings(ctx context.Context) (r alarms.Readings, err error) {
	in, err := a.inbox.Health(ctx)
	if err != nil {
		return r, err
	}
	out, err := a.outbox.Health(ctx)
	if err != nil {
		return r, err
	}
	r.Inbox, r.Parked, r.Outbox = in.Oldest, in.Parked, out.Oldest
	if r.Unsent, err = a.outbox.CountBroken(ctx, a.clk.Now().Add(-alarms.UnsentWithin)); err != nil {
		return r, err
	}
	r.Restarts, err = process.Starts(ctx, a.db, alarms.RestartsWithin)
	if free, failed := freeMB(a.data); a.data != "" && failed == nil {
		r.Disk = alarms.Room{Known: true, FreeMB: free}
	}
	return r, err
}

// freeMB is the room on the disk of a folder that is there, or of the nearest
// above it that is.
func freeMB(folder string) (int64, error) {
	there, err := nearest(folder)
	var s syscall.Statfs_t
	if err = errors.Join(err, syscall.Statfs(there, &s)); err != nil {
		return 0, err
	}
	const mega = 1 << 20
	return int64(uint64(s.Bavail) * uint64(s.Bsize) / mega), nil //nolint:unconvert // their types differ from system to system
}
