package embedded

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the user that Postgres runs as, where it is not ourselves:
// Postgres refuses to run as root.
type account struct {
	name     string
	uid, gid uint32
}

// accountFor chooses whom to run as: nobody else for an ordinary user; for
// root the owner of the data folder that exists, else postgres, else nobody.
func accountFor(data string) (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // no account means ourselves; every method of it takes nil
	}
	if info, err := os.Stat(filepath.Join(data, "PG_VERSION")); err == nil {
		if st, ok := info.Sys().(*syscall.Stat_t); ok && st.Uid != 0 {
			return &account{name: "user " + strconv.Itoa(int(st.Uid)), uid: st.Uid, gid: st.Gid}, nil
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("user %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("group of user %s: %w", name, err)
		}
		return &account{name: name, uid: uint32(uid), gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("postgres cannot run as root, and this system has neither a user postgres nor nobody: run linli as an ordinary user")
}

func (a *account) credential() *syscall.Credential {
	if a == nil {
		return nil
	}
	return &syscall.Credential{Uid: a.uid, Gid: a.gid}
}

// own gives a file or folder to the account.
func (a *account) own(path string) error {
	if a == nil {
		return nil
	}
	return os.Lchown(path, int(a.uid), int(a.gid))
}

// reach checks that the account can enter a folder, and says which of its
// parents is in the way and how that is mended.
func (a *account) reach(dir string) error {
	if a == nil {
		return nil
	}
	try := exec.Command("/bin/sh", "-c", `cd -- "$1"`, "sh", dir)
	try.Dir = "/"
	try.SysProcAttr = &syscall.SysProcAttr{Credential: a.credential()}
	if try.Run() == nil {
		return nil
	}
	closed := dir
	for at := dir; at != "/"; at = filepath.Dir(at) {
		if info, err := os.Stat(at); err == nil && !a.mayEnter(info) {
			closed = at
		}
	}
	return fmt.Errorf("postgres runs as %s (it refuses to run as root), which cannot reach %s because %s is closed to it: "+
		"set LINLI_DATA to a folder elsewhere (for example /var/lib/linli), or open it with: chmod o+x '%s'", a.name, dir, closed, closed)
}

func (a *account) mayEnter(info os.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !ok:
		return true
	case st.Uid == a.uid:
		return info.Mode()&0o100 != 0
	case st.Gid == a.gid:
		return info.Mode()&0o010 != 0
	}
	return info.Mode()&0o001 != 0
}
