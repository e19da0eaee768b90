package heap

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"lunarium/inspect/live"
	"lunarium/inspect/plain"
	"lunarium/runtime/host"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file goes through a service's state, on its own thread, in steps.

// The places of a service, in the order in which what they lead to is charged to them. What
// two places of one rank lead to is shared; what places of different ranks lead to is the
// first one's: a name comes before a task that looks at what it names.
//
//  1. what has a name: variables of files and functions, globals, modules, what the
//     code registered
//  2. tasks and timers
//  3. earlier versions of the code, and what libraries hold
//  4. the machine

// walk is a survey of one service under way.
type walk struct {
	*builder
	own    service.Self
	state  *vm.State
	work   *live.Work
	survey *vm.Survey
	most   int // objects and links that it takes
}

const (
	// walkPiece is how many places a survey looks at between two looks at the time.
	walkPiece = 256
	// mostObjects bounds the memory that a look takes: about 100 bytes for each object.
	mostObjects = 12_000_000
	// machinePlace is the name of what nobody else holds.
	machinePlace = "machine, libraries, stacks"
)

// TooLargeError says that a service holds more than can be looked into.
type TooLargeError struct {
	Service string
	Most    int
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s holds more than %d objects and links between them: to look into it would take the node over %d MB", e.Service, e.Most, e.Most*bytesOfObject>>20)
}

// bytesOfObject is what a look takes for an object or link, measured.
const bytesOfObject = 80

// found is what a walk found.
type found struct {
	*graph
	base    int // the object that was asked for; 0: all
	changed bool
	version int
	at      time.Duration
}

// survey looks into a service's state, or into what is at a path. samples may know where
// objects were allocated.
func survey(ctx context.Context, s *service.Service, path plain.Path, samples *service.Profile) (*found, error) {
	f := &found{}
	var failure error
	err := live.InSteps(ctx, s, func(own service.Self, work *live.Work) {
		b := newBuilder()
		b.samples = samples
		w := &walk{builder: b, own: own, state: own.State(), work: work, most: mostObjects}
		w.isOwn = live.OwnChunk
		w.survey = own.State().Memory().Survey(b)
		if failure = w.run(f, path); failure != nil {
			return
		}
		f.graph = &b.graph
		_, f.version = own.Reloading().Versions()
		f.at = own.Elapsed()
	})
	return f, errors.Join(err, failure)
}

// run goes through everything.
func (w *walk) run(f *found, path plain.Path) error {
	names := live.NamesOf(w.own)
	names.Search(w.work, live.AnyName)
	if _, err := w.value(names, path); err != nil {
		return err
	}
	before := w.progress()
	w.survey.Place(func(func(vm.Value, vm.Held)) {})
	own, modules := w.pinOwn(), w.pinModules()
	w.floor = w.bytes.count
	w.addNames(names)
	for _, module := range modules {
		w.survey.LookInto(module)
	}
	w.addHoldings(w.own.Registrations())
	if table := host.HeldTable(w.state); table != nil {
		w.hold("handlers of libraries", vm.TableValue(table))
	}
	err := w.rank()
	if err == nil {
		w.addHoldings(w.own.Occupations())
		err = w.rank()
	}
	if err == nil {
		w.addOwners()
		err = w.rank()
	}
	if err == nil {
		w.addMachine(own)
		err = w.rank()
	}
	if err != nil {
		return err
	}
	f.changed = w.progress() != before
	return w.find(f, path)
}

// progress is something that changes when the service's code runs: messages that were
// handled, and bytes that were taken.
func (w *walk) progress() [2]uint64 {
	return [2]uint64{w.own.Stat().Messages, uint64(w.state.Memory().Made())}
}

// rank goes through what the places of one rank lead to.
func (w *walk) rank() error {
	for w.survey.Some(walkPiece) {
		if w.bytes.count+w.targets.count > w.most {
			return &TooLargeError{w.own.Handle(), w.most}
		}
		w.work.Rest(walkPiece)
	}
	w.floor = w.bytes.count
	return nil
}

// hold adds a place that holds some values.
func (w *walk) hold(name string, values ...vm.Value) {
	number := w.survey.Place(func(hold func(vm.Value, vm.Held)) {
		for _, v := range values {
			hold(v, vm.Held{How: vm.HeldContent})
		}
	})
	w.addPlace(number, name)
}

func (w *walk) addHoldings(holdings []service.Holding) {
	for _, h := range holdings {
		w.hold(visible.Line(h.Name), h.Values...)
		w.work.Rest(len(h.Values))
	}
}

// pinOwn meets the objects that the machine is made of, so that nobody is charged for
// them.
func (w *walk) pinOwn() []vm.Value {
	own := w.survey.Own()
	loaded := w.state.Registry.GetString("_LOADED")
	own = append(own, loaded)
	if t := loaded.AsTable(); t != nil {
		t.Entries(func(_, module vm.Value) bool {
			if module.AsTable() != nil && live.IsLibrary(module, w.state) {
				own = append(own, module)
			}
			return true
		})
	}
	var pinned []vm.Value
	for _, v := range own {
		if number, added := w.survey.Meet(v); added {
			w.pinned[number] = true
			pinned = append(pinned, v)
		}
	}
	return pinned
}

// pinModules makes places of the modules that were loaded: whoever has one in a variable
// is not charged for it.
func (w *walk) pinModules() (modules []vm.Value) {
	loaded := w.state.Registry.GetString("_LOADED").AsTable()
	if loaded == nil {
		return nil
	}
	entries, _ := live.SortedEntries(loaded, loaded.Places())
	for _, e := range entries {
		if !e.Value.IsTable() && !e.Value.IsFunction() {
			continue
		}
		if number, added := w.survey.Meet(e.Value); added {
			path := plain.Path{plain.NameKey("package"), plain.NameKey("loaded"), live.PathKey(e.Key)}
			w.addPlace(number, path.String())
			modules = append(modules, e.Value)
		}
	}
	return modules
}

// addNames adds what code inside the service can name. A module goes by the name of a
// variable that has it.
func (w *walk) addNames(names *live.Names) {
	for _, place := range names.List() {
		v, name := place.Get(), topName(place.Name)
		if number, ok := w.survey.Number(v); ok && number < w.floor && w.names[number] != "" && w.isModule(number) {
			w.names[number] = name
		}
		if place.Cell != nil {
			w.addPlace(w.survey.Variable(place.Cell), name)
			continue
		}
		w.hold(name, v)
	}
}

// isModule tells whether a place still has the name that pinModules gave it.
func (w *walk) isModule(number int) bool {
	return strings.HasPrefix(w.names[number], "package.loaded")
}

// addOwners adds the earlier versions of the code, and what libraries hold.
func (w *walk) addOwners() {
	var order []string
	held := map[string][]vm.Value{}
	w.state.Collector().Roots(func(owner string, place *vm.Value) {
		if _, known := held[owner]; !known {
			order = append(order, owner)
		}
		held[owner] = append(held[owner], *place)
	})
	for _, owner := range order {
		switch owner {
		case "service", "libraries":
		case live.VersionsOwner:
			w.hold("earlier versions", held[owner]...)
		default:
			w.hold("library "+owner, held[owner]...)
		}
	}
}

// addMachine adds everything else.
func (w *walk) addMachine(own []vm.Value) {
	w.machine = w.bytes.count
	w.survey.Place(func(hold func(vm.Value, vm.Held)) {
		for _, v := range own {
			hold(v, vm.Held{How: vm.HeldContent})
			w.survey.LookInto(v)
		}
		w.survey.Roots(hold)
	})
	w.addPlace(w.machine, machinePlace)
}

// ScalarError says that what was asked for takes no memory of its own.
type ScalarError struct {
	Path plain.Path
	Type vm.Type
}

func (e *ScalarError) Error() string {
	return fmt.Sprintf("%s is a %s, which takes no memory but its place", e.Path, e.Type)
}

// ErrMoved says that what was asked for came while the service was looked into.
var ErrMoved = errors.New("was made or moved while the service was looked into; ask again")

// value gives what is at a path; nil for the empty one.
func (w *walk) value(names *live.Names, path plain.Path) (vm.Value, error) {
	if len(path) == 0 {
		return vm.Nil, nil
	}
	v, err := names.Follow(w.work, path)
	if err == nil && v.Identity() == nil && !v.IsString() {
		err = &ScalarError{path, v.Type()}
	}
	return v, err
}

// find finds the object at a path.
func (w *walk) find(f *found, path plain.Path) error {
	if len(path) == 0 {
		return nil
	}
	names := live.NamesOf(w.own)
	names.Search(w.work, live.Only(path[0].Text))
	v, err := w.value(names, path)
	if err != nil {
		return err
	}
	number, ok := w.survey.Number(v)
	switch {
	case !ok && v.IsString():
		return &ScalarError{path, v.Type()}
	case !ok:
		return fmt.Errorf("%s %w", path, ErrMoved)
	}
	f.base = number
	return nil
}
