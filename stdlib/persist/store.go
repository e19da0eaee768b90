package persist

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"lunarium/runtime/vm"
)

// This file holds the snapshots of a directory, which there are, how one is written and read.

// store is the snapshots of one prefix in one directory.
type store struct {
	dir, prefix string
	keep        int
	shown       string // the directory as Lua code gave it, for people
}

// snapshot is a file of a store.
type snapshot struct {
	path   string
	number int64
}

// list gives the store's snapshots, the newest first.
func (s *store) list() ([]snapshot, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var all []snapshot
	for _, e := range entries {
		digits, begins := strings.CutPrefix(e.Name(), s.prefix+"_")
		digits, ends := strings.CutSuffix(digits, ".dat")
		number, err := strconv.ParseInt(digits, 10, 64)
		if begins && ends && err == nil && number >= 0 {
			all = append(all, snapshot{filepath.Join(s.dir, e.Name()), number})
		}
	}
	slices.SortFunc(all, func(a, b snapshot) int { return cmp.Compare(b.number, a.number) })
	return all, nil
}

// read gives a snapshot's bytes.
func (f snapshot) read() (string, error) {
	info, err := os.Stat(f.path)
	if err != nil {
		return "", err
	}
	if info.Size() > vm.MaxString {
		return "", fmt.Errorf("it has %d bytes", info.Size())
	}
	content, err := os.ReadFile(f.path)
	return string(content), err
}

// write makes a new snapshot and removes those beyond the number to keep. Before
// it returns, the file and its name are on the disk. warnings tell what of the
// removal failed; an error leaves all that was there as it was.
func (s *store) write(content string, now time.Time) (path string, warnings []error, err error) {
	if err := os.MkdirAll(s.dir, 0o777); err != nil {
		return "", nil, err
	}
	temporary, err := s.writeTemporary(content)
	if err != nil {
		return "", nil, err
	}
	defer os.Remove(temporary)
	all, err := s.list()
	if err != nil {
		return "", nil, err
	}
	number := now.Unix()
	if len(all) > 0 {
		number = max(number, all[0].number+1)
	}
	if path, err = s.publish(temporary, max(number, 0)); err != nil {
		return "", nil, err
	}
	if err := syncDirectory(s.dir); err != nil {
		return "", nil, err
	}
	return path, s.prune(all), nil
}

// temporaryMark stands in the names of files that are being written.
const temporaryMark = ".tmp"

func (s *store) writeTemporary(content string) (path string, err error) {
	f, err := os.CreateTemp(s.dir, "."+s.prefix+"_*"+temporaryMark)
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(content)
	err = cmp.Or(err, f.Sync())
	if err = cmp.Or(err, f.Close()); err != nil {
		os.Remove(f.Name())
	}
	return f.Name(), err
}

// publish gives a written file its name. Another writer may take the number
// first; then the next one is tried.
func (s *store) publish(temporary string, number int64) (path string, err error) {
	for ; ; number++ {
		path = filepath.Join(s.dir, fmt.Sprintf("%s_%d.dat", s.prefix, number))
		err := os.Link(temporary, path)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil { // a file system without links
			err = os.Rename(temporary, path)
		}
		return path, err
	}
}

// syncDirectory makes the names in a directory durable.
func syncDirectory(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// abandonedAfter is how old a file must be that somebody began to write, so
// that nobody goes on with it.
const abandonedAfter = time.Hour

// prune removes old snapshots, given those that were there before the newest,
// and what killed processes left.
func (s *store) prune(before []snapshot) (failures []error) {
	for _, old := range before[min(s.keep-1, len(before)):] {
		if err := os.Remove(old.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failures = append(failures, err)
		}
	}
	left, _ := filepath.Glob(filepath.Join(escapeGlob(s.dir), "."+s.prefix+"_*"+temporaryMark))
	for _, path := range left {
		if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > abandonedAfter {
			os.Remove(path)
		}
	}
	return failures
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}
