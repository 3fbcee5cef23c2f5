package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// disk looks at the folder of everything kept here.
func (d *doctor) disk(context.Context) {
	folder, err := filepath.Abs(d.config.Data)
	if err != nil {
		d.wrong("set LINLI_DATA to a folder", "%v", err)
		return
	}
	there := folder
	for { // the folder is made when it is first needed: look at what it would be made in
		if _, err = os.Stat(there); !errors.Is(err, fs.ErrNotExist) || there == filepath.Dir(there) {
			break
		}
		there = filepath.Dir(there)
	}
	var s syscall.Statfs_t
	if err == nil {
		err = syscall.Statfs(there, &s)
	}
	if err != nil {
		d.wrong("set LINLI_DATA to a folder that linli can use", "%v", err)
		return
	}
	d.room(folder, uint64(s.Bavail)*uint64(s.Bsize)) //nolint:unconvert // their types differ from system to system
	f, err := os.CreateTemp(there, ".linli-doctor-")
	if err != nil {
		d.wrong("let the user that runs linli write there, or set LINLI_DATA", "%s cannot be written to", there)
		return
	}
	_ = f.Close() // nothing was written
	if err := os.Remove(f.Name()); err != nil {
		d.note("remove it by hand", "%v", err)
	}
}

func (d *doctor) room(folder string, free uint64) {
	const mega = 1 << 20
	said := fmt.Sprintf("%d MB are free for %s", free/mega, folder)
	switch {
	case free < 200*mega:
		d.wrong("make room: Postgres stops when the disk is full", "%s", said)
	case free < 2000*mega:
		d.note("make room before it fills", "%s", said)
	default:
		d.fine("%s", said)
	}
}
