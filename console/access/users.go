package access

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"sync"

	"lunarium/runtime/worded"
)

// This file follows the users file.

// Users are those of a users file, as it is now: it is looked at whenever somebody comes or
// does something. While it can't be read, or has an error, what it held before goes on to
// hold.
type Users struct {
	path   string
	logger *slog.Logger

	mu      sync.Mutex
	seen    fs.FileInfo // of what was read, or was found to be wrong
	all     map[string]*user
	changed func() // is called when the file has changed
}

// mostUsersFile is how large a users file may be, in bytes.
const mostUsersFile = 1 << 20

// errWritable: others could make themselves users.
var errWritable = errors.New("others than its owner may write it: chmod go-w makes it safe")

// ReadUsers reads a users file and follows it from now on.
func ReadUsers(path string, logger *slog.Logger) (*Users, error) {
	u := &Users{path: path, logger: logger}
	seen, all, err := u.read()
	if err != nil {
		return nil, err
	}
	u.seen, u.all = seen, all
	return u, nil
}

// read reads the file. seen is nil if it is not known what is there.
func (u *Users) read() (seen fs.FileInfo, all map[string]*user, err error) {
	file, err := os.Open(u.path)
	if err != nil {
		return nil, nil, fmt.Errorf("the users file %s: %s", u.path, worded.FileText(err))
	}
	defer file.Close()
	seen, err = file.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("the users file %s: %s", u.path, worded.FileText(err))
	}
	switch {
	case !seen.Mode().IsRegular():
		return seen, nil, fmt.Errorf("the users file %s is no regular file", u.path)
	case seen.Mode().Perm()&0o022 != 0:
		return seen, nil, fmt.Errorf("the users file %s: %w", u.path, errWritable)
	}
	content, err := io.ReadAll(io.LimitReader(file, mostUsersFile+1))
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("the users file %s: %s", u.path, worded.FileText(err))
	case len(content) > mostUsersFile:
		return seen, nil, fmt.Errorf("the users file %s has more than %d bytes", u.path, mostUsersFile)
	}
	all, err = parseUsers(string(content))
	if err != nil {
		return seen, nil, fmt.Errorf("the users file %s: %w", u.path, err)
	}
	return seen, all, nil
}

// OnChange has f called whenever the file has changed what it says.
func (u *Users) OnChange(f func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.changed = f
}

// find gives a user as the file has it now; nil: there is none of this name.
func (u *Users) find(name string) *user {
	u.mu.Lock()
	changed := u.follow()
	found := u.all[name]
	u.mu.Unlock()
	if changed != nil {
		changed()
	}
	return found
}

// follow reads the file if it is another one than before, and gives what is to be called
// then. The lock is held.
func (u *Users) follow() (changed func()) {
	now, err := os.Stat(u.path)
	if err == nil && u.seen != nil && os.SameFile(now, u.seen) && now.ModTime().Equal(u.seen.ModTime()) && now.Size() == u.seen.Size() && now.Mode() == u.seen.Mode() {
		return nil
	}
	if err != nil && u.seen == nil { // it was told already
		return nil
	}
	seen, all, err := u.read()
	u.seen = seen
	if err != nil {
		u.logger.Error("the users are those that the file had before", "error", worded.Text(err))
		return nil
	}
	u.all = all
	u.logger.Warn("the users file was read again", "users", len(all))
	return u.changed
}
