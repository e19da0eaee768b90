package supervise

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lunarium/inspect/snapshot"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file holds one supervision, and what happens to it.

// phase is what a member is doing.
type phase string

const (
	up       phase = "runs"
	starting phase = "starts"
	leaving  phase = "is ended" // for another member
	down     phase = "waits"    // for others to end or start
	left     phase = "ended"    // and is not started again
)

// member is one service of a supervision.
type member struct {
	name     string // for people
	address  message.Address
	spec     service.Spec
	phase    phase
	ended    service.Ended // the latest incarnation that has ended
	snapshot *snapshot.Snapshot
	crash    string // why the supervisor ends it; "": it does not
}

// supervision is one service, or a group, that is kept running.
type supervision struct {
	name     string
	rules    Rules
	members  []*member
	ends     ends
	restarts int    // starts, also those that failed
	last     string // why a member ended last
	lastAt   time.Time
	gaveUp   bool
}

// find gives the member that has an address.
func (s *supervision) find(a message.Address) *member {
	for _, m := range s.members {
		if m.address == a {
			return m
		}
	}
	return nil
}

// affected gives the members that begin anew when one has ended.
func (s *supervision) affected(m *member) []*member {
	switch i := slices.Index(s.members, m); s.rules.Strategy {
	case All:
		return s.members
	case Rest:
		return s.members[i:]
	default:
		return s.members[i : i+1]
	}
}

// failed notes that a member has ended, or did not start, and gives the members that are to
// be ended for it; more is false when it is given up.
func (s *supervision) failed(m *member, why string, now time.Time, elapsed time.Duration) (others []*member, more bool) {
	m.phase = down
	s.last, s.lastAt = why, now
	if s.ends.note(s.rules, elapsed) {
		s.gaveUp = true
		for _, m := range s.members {
			if m.phase == down {
				m.phase = left
			}
		}
		return nil, false
	}
	for _, other := range s.affected(m) {
		if other.phase == up || other.phase == starting {
			other.phase = leaving
			others = append(others, other)
		}
	}
	return others, true
}

// again says what an operator types to have what was given up back.
func (s *supervision) again() string {
	var starts []string
	typed := []string{"supervise", s.name}
	for _, m := range s.members {
		if m.phase == left || m.phase == leaving {
			starts = append(starts, `"`+strings.Join(append([]string{"launch", m.spec.Name}, m.spec.Args...), " ")+`"`)
		}
		if len(s.members) > 1 {
			typed = append(typed, m.name)
		}
	}
	verb, what := "starts it", "it"
	if len(starts) > 1 {
		verb = "start them"
	}
	if len(s.members) > 1 {
		what = "the group"
	}
	typed = append(typed, s.rules.words(len(s.members))...)
	return fmt.Sprintf("%s %s, and then \"%s\" keeps %s running again", strings.Join(starts, ", "), verb, strings.Join(typed, " "), what)
}

// next gives the first member that waits, if it can be started: once those that are to end
// have, and those before it are up.
func (s *supervision) next() *member {
	for _, m := range s.members {
		switch m.phase {
		case leaving, starting:
			return nil
		}
	}
	for _, m := range s.members {
		if m.phase == down {
			return m
		}
	}
	return nil
}
