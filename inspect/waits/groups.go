package waits

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file puts the tasks of a node together by what they wait for.

// Group are tasks that wait at the same line for the same, in services of one file.
type Group struct {
	Spot
	Tasks    int
	Services int           // that have them
	Since    time.Duration // of the one that has waited longest, as Clock.Elapsed
	Origin   Origin        // of most of them
	Origins  int           // how many there are
	Behind   uint64        // of those that queue: behind which task; 0: not all behind the same
}

// Origin says what tasks were made for, and by whom.
type Origin struct {
	Kind service.TaskKind
	Site string // the line that made them, of forks and time-outs
	From string // of messages: who sent them, by the file's name
}

// Spot is what the tasks of a group have in common.
type Spot struct {
	Service string           // the file's name
	Wait    service.WaitKind // WaitNone: they run, or are about to
	Whom    string           // whose answer or room, as a file's name, or which work outside
	Command string           // of a call
	Queues  bool             // inside a queue or a lock, behind another task
	At      string           // the line of code
}

// Grouped are the tasks of a node, those with most tasks first, then those that have waited
// longest.
type Grouped struct {
	Groups  []Group
	Silent  []message.Address // services that did not answer in time
	Left    int               // tasks that were not looked at
	Unasked int               // services with tasks that were not asked: the time was over
}

// Groups asks a node's services for their tasks.
func Groups(ctx context.Context, node *service.Node) Grouped {
	s := newSearch(asking{node, ctx})
	s.everybody(ctx)
	var groups []Group
	var silent []message.Address
	bySpot := map[Spot]*Group{}
	owners := map[Spot]map[message.Address]bool{}
	origins := map[Spot]map[Origin]int{}
	for at, w := range s.all {
		switch at.kind {
		case Silent:
			silent = append(silent, at.address)
		case Task:
			spot := s.spot(&w.Waiter)
			g := bySpot[spot]
			if g == nil {
				g = &Group{Spot: spot, Since: w.Since, Behind: w.Task.Behind}
				bySpot[spot], owners[spot], origins[spot] = g, map[message.Address]bool{}, map[Origin]int{}
			}
			origins[spot][s.origin(&w.Task)]++
			g.Tasks++
			g.Since = min(g.Since, w.Since)
			if g.Behind != w.Task.Behind {
				g.Behind = 0
			}
			owners[spot][at.address] = true
		}
	}
	for spot, g := range bySpot {
		g.Services = len(owners[spot])
		g.Origin, g.Origins = usual(origins[spot]), len(origins[spot])
		groups = append(groups, *g)
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(-cmp.Compare(a.Tasks, b.Tasks), cmp.Compare(a.Since, b.Since), cmp.Compare(a.Service, b.Service),
			cmp.Compare(a.At, b.At), cmp.Compare(a.Wait, b.Wait), cmp.Compare(a.Whom, b.Whom), cmp.Compare(a.Command, b.Command))
	})
	slices.Sort(silent)
	return Grouped{groups, silent, s.left, s.unasked}
}

// spot tells where a task waits, and for what.
func (s *search) spot(w *Waiter) Spot {
	spot := Spot{Service: s.fileOf(w.Address, w.Name), At: w.Task.At}
	if w.Task.Running {
		return spot
	}
	spot.Wait = w.Task.Wait.Kind
	switch spot.Wait {
	case service.WaitCall, service.WaitRoom:
		spot.Whom, spot.Command = s.fileOf(w.Task.Wait.Dest, w.Task.WaitFor), w.Task.Wait.Command
	case service.WaitAwait:
		spot.Whom = w.Task.Wait.Command
	case service.WaitToken:
		spot.Queues = w.Task.Behind != 0
	}
	return spot
}

// origin tells what a task was made for.
func (s *search) origin(t *service.TaskInfo) Origin {
	return Origin{t.Kind, t.Site, s.fileOf(t.Source, t.From)}
}

// usual gives the origin of most.
func usual(counts map[Origin]int) Origin {
	return slices.MinFunc(slices.Collect(maps.Keys(counts)), func(a, b Origin) int {
		return cmp.Or(-cmp.Compare(counts[a], counts[b]), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Site, b.Site), cmp.Compare(a.From, b.From))
	})
}

// fileOf gives the name of what a service runs, so that many of one kind are one.
func (s *search) fileOf(address message.Address, name string) string {
	if svc := s.node.Service(address); svc != nil {
		return svc.Base()
	}
	return name
}
