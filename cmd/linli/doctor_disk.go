package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// disk looks at the folder of everything kept here.
func (d *doctor) disk(context.Context) {
	folder, err := filepath.Abs(d.config.Data)
	if err != nil {
		d.wrong("set LINLI_DATA to a folder", "%v", err)
		return
	}
	there, err := nearest(folder)
	free, looked := freeMB(folder)
	if err = errors.Join(err, looked); err != nil {
		d.wrong("set LINLI_DATA to a folder that linli can use", "%v", err)
		return
	}
	d.room(folder, free)
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

// nearest is a folder, or the first above it that is there: the folder is made
// when it is first needed.
func nearest(folder string) (there string, err error) {
	there = folder
	for {
		if _, err = os.Stat(there); !errors.Is(err, fs.ErrNotExist) || there == filepath.Dir(there) {
			return there, err
		}
		there = filepath.Dir(there)
	}
}

func (d *doctor) room(folder string, free int64) {
	said := fmt.Sprintf("%d MB are free for %s", free, folder)
	switch {
	case free < 200:
		d.wrong("make room: Postgres stops when the disk is full", "%s", said)
	case free < 2000:
		d.note("make room before it fills", "%s", said)
	default:
		d.fine("%s", said)
	}
}
