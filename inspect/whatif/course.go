package whatif

import (
	"errors"
	"fmt"
	"time"

	"lunarium/inspect/snapshot"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file chooses the messages that a copy is given.

// Question is what is asked.
type Question struct {
	File      string             // with the new code
	From      *snapshot.Snapshot // where the copies begin; nil: the latest of Snapshots that will do
	Snapshots []*snapshot.Snapshot
	Last      int           // the new code runs for so many of the latest messages; 0: any number
	Within    time.Duration // or for those of so long ago; 0: any time
}

// Why there is nothing to compare, for errors.Is.
var (
	ErrNoMessages = errors.New("no messages to try the code on")
	ErrNoSnapshot = errors.New("no snapshot from before the messages")
)

// course is what the copies are given.
type course struct {
	from     *snapshot.Snapshot // nil: they begin as the service did
	messages []service.Handled
	window   int    // the first message that new code gets
	missing  uint64 // messages between the beginning and the first one, which are not kept
	left     int    // messages that can't be given: not kept whole, or of another type
}

// choose makes the course of a service.
func choose(s *service.Service, q Question) (*course, error) {
	list, _ := s.Messages(service.MostRecorded)
	if len(list) == 0 {
		return nil, fmt.Errorf("%s has %w", s.Name(), ErrNoMessages)
	}
	first := windowOf(list, q, s.Node().Clock().Now())
	if first == len(list) {
		return nil, fmt.Errorf("%s has %w in that time", s.Name(), ErrNoMessages)
	}
	c := &course{from: q.From}
	if c.from == nil {
		if c.from = latestBefore(q.Snapshots, list, first, q.Last > 0 || q.Within > 0); c.from == nil && list[0].Number != 1 {
			return nil, fmt.Errorf("%w: of %s those from number %d on are kept, and what it knew before is not known", ErrNoSnapshot, s.Name(), list[0].Number)
		}
	}
	begun := uint64(0)
	if c.from != nil {
		begun = c.from.Messages
	}
	for i, h := range list {
		switch {
		case h.Number <= begun:
			continue
		case !usable(&h):
			c.left++
			continue
		case len(c.messages) == 0:
			c.missing = h.Number - begun - 1 - uint64(c.left)
		}
		if i < first {
			c.window++
		}
		c.messages = append(c.messages, h)
	}
	if len(c.messages) == c.window {
		return nil, fmt.Errorf("%s has %w after the snapshot %s", s.Name(), ErrNoMessages, c.from.Name)
	}
	return c, nil
}

// usable tells whether a message can be given again.
func usable(h *service.Handled) bool {
	return h.Type == message.TypeLua.String() && h.Whole && h.Source != 0
}

// windowOf gives the first message that new code is to get.
func windowOf(list []service.Handled, q Question, now time.Time) int {
	first := 0
	if q.Last > 0 {
		first = max(0, len(list)-q.Last)
	}
	for q.Within > 0 && first < len(list) && now.Sub(list[first].Time) > q.Within {
		first++
	}
	return first
}

// latestBefore gives the latest snapshot from before the window, or, when none was asked
// for, from before the last message.
func latestBefore(snapshots []*snapshot.Snapshot, list []service.Handled, first int, asked bool) *snapshot.Snapshot {
	before := list[first].Number
	if !asked {
		before = list[len(list)-1].Number
	}
	for i := len(snapshots) - 1; i >= 0; i-- {
		if s := snapshots[i]; s.Messages < before && s.Messages+1 >= list[0].Number {
			return s
		}
	}
	return nil
}
