package persist

import (
	"fmt"
	"path/filepath"
	"regexp"
	"time"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
	"lunarium/stdlib/kit"
)

// This file holds the library's functions.

// Options is what a state's snapshots take from the program.
type Options struct {
	Data string           // directory that relative directories begin in
	Now  func() time.Time // numbers snapshots
	Warn func(string)     // tells of damaged snapshots; own thread
}

// library is persist in one state.
type library struct {
	options Options
	state   *vm.State
	// busy holds, for each directory, what the last work in it closes at its end.
	busy map[string]chan struct{}
}

// Open makes the library: the table that require "persist" gives.
func Open(s *vm.State, options Options) *vm.Table {
	l := &library{options: options, state: s, busy: map[string]chan struct{}{}}
	return s.NewLibrary(l.functions().Bound())
}

// functions are the library's.
func (l *library) functions() kit.Library {
	return kit.Library{Name: "persist", Functions: []kit.Function{
		kit.Fn("save", "directory, state [, options]", kit.Asks, "writes a snapshot of a table, and gives its path",
			l.save),
		kit.Fn("load", "directory [, options]", kit.Asks, "gives the newest valid snapshot and its path, or nil and the reason",
			l.load),
	}}
}

// Declarations gives what the library consists of.
func Declarations() []kit.Library { return []kit.Library{(*library)(nil).functions()} }

const (
	defaultPrefix = "state"
	defaultKeep   = 3
)

var prefixes = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

// store reads the directory (argument 1) and the options (argument i).
func (l *library) store(t *vm.Thread, i int) *store {
	s := &store{dir: t.CheckString(1), prefix: defaultPrefix, keep: defaultKeep}
	s.shown = s.dir
	if !filepath.IsAbs(s.dir) {
		s.dir = filepath.Join(l.options.Data, s.dir)
	}
	storeOptions.Read(t, i, s)
	return s
}

var storeOptions = kit.Options[store]{
	{Name: "prefix", Takes: "letters, digits, '_', '-' and '.'", Set: func(s *store, v vm.Value) bool {
		s.prefix, _ = v.AsString()
		return prefixes.MatchString(s.prefix)
	}},
	kit.Integer("keep", 1, kit.Exact, func(s *store) *int { return &s.keep }),
}

// inOrder has work done on a goroutine, after what was asked for the same
// directory before, while the task waits.
func (l *library) inOrder(t *vm.Thread, s *store, what string, work func() func(*vm.Thread) int) int {
	return host.Await(t, what, func(finish func(func(*vm.Thread) int)) func() {
		before, over := l.busy[s.dir], make(chan struct{})
		l.busy[s.dir] = over
		go func() {
			if before != nil {
				<-before
			}
			then := l.withFile(work)
			close(over)
			finish(then)
		}()
		return nil
	})
}

// withFile has work done, which has one file open at a time.
func (l *library) withFile(work func() func(*vm.Thread) int) func(*vm.Thread) int {
	give, err := host.Files(l.state).Take(1)
	if err != nil {
		return func(t *vm.Thread) int {
			t.Errorf("can't reach the snapshots: %s", err)
			return 0
		}
	}
	defer give()
	return work()
}

// save is persist.save(dir, state [, options]): it gives the snapshot's path.
func (l *library) save(t *vm.Thread) int {
	s := l.store(t, 3)
	packed, err := pack(t.CheckTable(2))
	if err != nil {
		t.Errorf("can't save the state: %s", err)
	}
	content, err := seal(packed)
	if err != nil {
		t.Errorf("can't save the state: %s", err)
	}
	now := l.options.Now()
	return l.inOrder(t, s, "a snapshot to be written", func() func(*vm.Thread) int {
		path, warnings, err := s.write(content, now)
		return func(t *vm.Thread) int {
			if err != nil {
				t.Errorf("can't save the state: %s", err)
			}
			for _, w := range warnings {
				l.options.Warn(fmt.Sprintf("persist: an old snapshot stays: %s", worded.Text(w)))
			}
			return t.Return(vm.String(path))
		}
	})
}

// load is persist.load(dir [, options]): it gives the newest valid state and its
// path, or nil and why there is none.
func (l *library) load(t *vm.Thread) int {
	s := l.store(t, 2)
	return l.inOrder(t, s, "snapshots to be listed", func() func(*vm.Thread) int {
		all, err := s.list()
		return func(t *vm.Thread) int {
			if err != nil {
				t.Errorf("can't load the state: %s", err)
			}
			return l.loadFirst(t, s, all, 0)
		}
	})
}

// loadFirst gives the first snapshot that is valid; the others are warned of.
func (l *library) loadFirst(t *vm.Thread, s *store, all []snapshot, damaged int) int {
	if len(all) == 0 {
		why := "there is no snapshot in " + s.shown
		if damaged > 0 {
			why = fmt.Sprintf("no snapshot in %s is valid; %d damaged", s.shown, damaged)
		}
		return t.Return(vm.Nil, vm.String(why))
	}
	return l.inOrder(t, s, "a snapshot to be read", func() func(*vm.Thread) int {
		content, err := all[0].read()
		return func(t *vm.Thread) int {
			state := vm.Nil
			if err == nil {
				state, err = unpack(l.state, content)
			}
			if err != nil {
				l.options.Warn(fmt.Sprintf("persist: %s is skipped: %s", filepath.Join(s.shown, filepath.Base(all[0].path)), worded.Text(err)))
				return l.loadFirst(t, s, all[1:], damaged+1)
			}
			return t.Return(state, vm.String(all[0].path))
		}
	})
}
