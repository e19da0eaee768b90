package reload

import (
	"context"
	"fmt"

	"lunarium/inspect/live"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file is where a reload begins: which files it is about, and the transaction
// around it.

// Reload replaces a service's code by what its files hold now, and keeps its
// state: its main file and the modules that it loaded with require, or the
// implementation that it keeps in a variable. file, when it is not "", is the one
// to load. It is a transaction: on an error, and in a dry run, the service goes
// on as it was. Messages wait meanwhile.
func Reload(ctx context.Context, s *service.Service, file string, dry bool) (*Change, error) {
	if file == "" {
		code, err := s.CompileAgain()
		if err != nil {
			return nil, err
		}
		return reloading(ctx, s, dry, func(r *reload) error { return r.changedFiles(code) })
	}
	return reloading(ctx, s, dry, func(r *reload) error {
		path, err := r.fileNamed(file)
		if err != nil {
			return err
		}
		return r.named(path)
	})
}

// changedFiles reloads whatever files have changed; code is the main one as it
// is now.
func (r *reload) changedFiles(code *vm.Code) error {
	units, err := r.changedModules()
	if err != nil {
		return err
	}
	if code != r.svc.Code() {
		units = append(units, unit{running: r.svc.Code(), fresh: code})
	}
	units = append(units, r.changedOthers()...)
	if len(units) == 0 {
		return r.changedImpl()
	}
	return r.units(units)
}

// named reloads the file that the operator named: the service's own, a module's,
// an implementation's, or another version of the service's.
func (r *reload) named(path string) error {
	r.alone = true
	if sameFile(path, r.svc.Path()) {
		code, err := r.svc.CompileAgain()
		if err != nil {
			return err
		}
		if code == r.svc.Code() {
			return r.unchanged()
		}
		return r.units([]unit{{running: r.svc.Code(), fresh: code}})
	}
	if m, ok := r.moduleAt(path); ok {
		u, err := r.moduleUnit(m)
		if err != nil {
			return err
		}
		if sameText(u.running.Proto(), u.fresh.Proto()) {
			return r.unchanged()
		}
		return r.units([]unit{u})
	}
	for loaded := range r.svc.Files() {
		if u, changed := r.otherUnit(loaded); changed && sameFile(path, loaded) {
			return r.units([]unit{u})
		}
	}
	code, err := r.svc.Node().Sources().CompileFile(path)
	if err != nil {
		return err
	}
	if _, _, ok := r.holder(); ok {
		return r.impl(code)
	}
	return r.units([]unit{{running: r.svc.Code(), fresh: code}})
}

func reloading(ctx context.Context, s *service.Service, dry bool, body func(*reload) error) (*Change, error) {
	if s.Status() == service.StatusStarting {
		return nil, fmt.Errorf("%s is still starting", s.Handle())
	}
	change := &Change{Service: s.Name(), DryRun: dry}
	var failure error
	err := s.Do(ctx, func(own service.Self) {
		st := own.State()
		defer st.Collector().Suspend()() // new and old code are in Go's hands alone meanwhile
		defer st.Debug().LiftTrap()()
		r := &reload{ctx: ctx, svc: own.Reloading(), st: st, dry: dry, change: change, inOld: map[*vm.Thread]string{}}
		st.Collector().AddRoots(live.VersionsOwner, r.visitVersions)
		failure = body(r)
		r.noteRunning()
	})
	if err == nil {
		err = failure
	}
	if err != nil {
		return nil, err
	}
	return change, nil
}
