package reload

import (
	"errors"
	"fmt"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file bounds what is kept of earlier versions.

const (
	// maxVersions is how many versions are kept, the one that runs among them.
	maxVersions = 64
	// maxVersionBytes bounds the texts of files and the functions that are kept for
	// versions that do not run.
	maxVersionBytes = 32 << 20
	// bytesOfPair is what a function that was exchanged takes, about.
	bytesOfPair = 256
)

// keepVersions forgets the oldest versions beyond the bounds, and those that no way leads
// to any more.
func (r *reload) keepVersions() {
	list, current := r.svc.Versions()
	kept := 0
	for _, v := range list {
		if !v.Forgotten {
			kept++
		}
	}
	for _, number := range oldestOf(list, current) {
		if kept <= maxVersions && r.versionBytes(list, current) <= maxVersionBytes {
			break
		}
		if v := &list[number-1]; !v.Forgotten {
			forget(list, v)
			kept--
		}
	}
	first := firstKept(list)
	for i := range list {
		if v := &list[i]; !v.Forgotten && first[i] != first[current-1] {
			forget(list, v)
		}
	}
}

// oldestOf lists the versions in the order in which they are given up: those first to which
// undo does not lead, then the oldest.
func oldestOf(list []service.Version, current int) (order []int) {
	before := map[int]bool{current: true}
	for v := current; v != 0 && !list[v-1].Forgotten; v = list[v-1].Previous {
		before[v] = true
	}
	for _, undo := range []bool{false, true} {
		for _, v := range list {
			if before[v.Number] == undo && v.Number != current {
				order = append(order, v.Number)
			}
		}
	}
	return order
}

// forget gives up what is kept of a version, and the ways from and to it.
func forget(list []service.Version, v *service.Version) {
	*v = service.Version{Number: v.Number, Previous: v.Previous, At: v.At, Forgotten: true}
	for i := range list {
		if list[i].Previous == v.Number {
			list[i].Step = nil
		}
	}
}

// firstKept gives, for each version, the first one that is kept on the way back from it. A
// way leads from one version to another when that is the same.
func firstKept(list []service.Version) []int {
	first := make([]int, len(list))
	for i, v := range list {
		switch before := v.Previous; {
		case v.Forgotten:
		case before == 0 || list[before-1].Forgotten:
			first[i] = v.Number
		default:
			first[i] = first[before-1] // it is older
		}
	}
	return first
}

// versionBytes counts what versions that do not run take.
func (r *reload) versionBytes(list []service.Version, current int) (bytes int) {
	seen := map[*vm.Code]bool{r.svc.Code(): true}
	for _, code := range r.svc.Files() {
		seen[code] = true
	}
	note := func(code *vm.Code) {
		if code != nil && !seen[code] {
			seen[code] = true
			bytes += len(code.Text())
		}
	}
	for _, v := range list {
		if v.Forgotten {
			continue
		}
		note(v.Code)
		note(v.Impl)
		if s := stepOf(v); s != nil {
			bytes += bytesOfPair * len(s.pairs)
			for _, files := range s.files {
				for _, code := range files {
					note(code)
				}
			}
		}
	}
	return bytes
}

// version gives one that is kept.
func version(s service.Reloading, number int) (service.Version, error) {
	list, current := s.Versions()
	first := firstKept(list)
	switch {
	case number != 1 && len(list) == 1:
		return service.Version{}, fmt.Errorf("%s has version 1 only: %w", s.Handle(), ErrNoVersion)
	case number < 1 || number > len(list):
		return service.Version{}, fmt.Errorf("%s has versions 1 to %d: %w", s.Handle(), len(list), ErrNoVersion)
	case list[number-1].Forgotten:
		return service.Version{}, fmt.Errorf("version %d of %s is not kept any more: the last %d are, while they take less than %d MB: %w",
			number, s.Handle(), maxVersions, maxVersionBytes>>20, ErrNoVersion)
	case first[number-1] != first[current-1]:
		return service.Version{}, fmt.Errorf("no way leads to version %d of %s: a version between is not kept any more: %w", number, s.Handle(), ErrNoVersion)
	}
	return list[number-1], nil
}

// finish installs what was computed, unless it is a dry run, and numbers it.
func (r *reload) finish(install func() service.Version) {
	list, _ := r.svc.Versions()
	if r.dry {
		r.change.Version = len(list) + 1
		return
	}
	v := install()
	if r.target.Number != 0 {
		v = r.target
	}
	v.Changes = r.change.summary()
	r.change.Version = r.svc.Install(v)
	r.keepVersions()
}

// ErrNoVersion says that a service has no version of a number.
var ErrNoVersion = errors.New("there is no such version")
