package whatif

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"

	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/inspect/reload"
	"lunarium/inspect/snapshot"
	"lunarium/runtime/service"
)

// This file compares two copies.

// Answer is what is told.
type Answer struct {
	Change *reload.Change     // what the new code is
	From   *snapshot.Snapshot // where the copies began; nil: as the service did
	// Messages were given to both copies, and Tried of them to the new code.
	Messages, Tried int
	Replies         []Reply              // those that would be others
	State           *snapshot.Difference // places that would be others
	Unlike          int                  // messages that the copy with the old code answers otherwise than was recorded
	Missing         uint64               // messages that are not kept
	Left            int                  // messages that could not be given
	Places          int                  // of the snapshot, that could not be put in
	Offline         []NotDone
}

// Reply is a message that would be answered otherwise.
type Reply struct {
	Number   uint64
	From     string
	Args     string
	Old, New Outcome
}

// NotDone is what the copies did not do, since it would have reached outside.
type NotDone struct {
	What     string
	Old, New int // times
}

// Ask tells what new code would have done.
func Ask(ctx context.Context, s *service.Service, q Question) (*Answer, error) {
	c, err := choose(s, q)
	if err != nil {
		return nil, err
	}
	texts, err := reload.Texts(ctx, s)
	if err != nil {
		return nil, err
	}
	a := &Answer{From: c.from, Messages: len(c.messages), Tried: len(c.messages) - c.window, Missing: c.missing, Left: c.left}
	var copies [2]*double
	var outcomes [2][]Outcome
	for i, file := range [2]string{"", q.File} {
		if copies[i], err = newDouble(ctx, s, texts, c.from); err != nil {
			return nil, err
		}
		defer copies[i].close()
		var change *reload.Change
		if outcomes[i], change, err = copies[i].run(ctx, c, file); err != nil {
			return nil, fmt.Errorf("the copy with %s: %w", [2]string{"the code that runs", "the new code"}[i], err)
		}
		if change != nil {
			a.Change = change
		}
	}
	a.Places = copies[0].left
	a.compareReplies(c, copies[0], outcomes[0], outcomes[1])
	a.Offline = notDone(copies[0], copies[1])
	a.State, err = compareStates(ctx, copies[0], copies[1])
	return a, err
}

func (a *Answer) compareReplies(c *course, old *double, before, after []Outcome) {
	for i := range c.messages {
		h := &c.messages[i]
		if !asRecorded(old, h, before[i]) {
			a.Unlike++
		}
		if !before[i].same(after[i]) {
			a.Replies = append(a.Replies, Reply{h.Number, h.From, h.Args, before[i], after[i]})
		}
	}
}

// place is where code says that an error was raised: "shop.lua:12: ".
var place = regexp.MustCompile(`[^\s:]+:\d+: `)

// same tells whether two outcomes are alike; the same error at another line is.
func (o Outcome) same(other Outcome) bool {
	return o.Answered == other.Answered && reflect.DeepEqual(o.Values, other.Values) &&
		place.ReplaceAllString(o.Error, "") == place.ReplaceAllString(other.Error, "")
}

// asRecorded tells whether a copy answered as the service did, as far as that is kept.
func asRecorded(d *double, h *service.Handled, o Outcome) bool {
	switch {
	case h.Session == 0 || h.Running:
		return true
	case h.Error != "" || !o.Answered:
		return (h.Error != "") == (o.Error != "")
	}
	payload, err := inspect.Arguments(d.node, h.Reply)
	if err != nil {
		return true // it was cut short
	}
	return reflect.DeepEqual(withoutNil(inspect.Reply(d.node, payload, exactly).Values), withoutNil(o.Values))
}

// withoutNil makes a list of no values nil.
func withoutNil(list []plain.Value) []plain.Value {
	if len(list) == 0 {
		return nil
	}
	return list
}

// notDone lists what the copies did not do, by name.
func notDone(old, new *double) (list []NotDone) {
	counts := [2]map[string]int{old.undone(), new.undone()}
	names := map[string]bool{}
	for _, count := range counts {
		for what := range count {
			names[what] = true
		}
	}
	for _, what := range slices.Sorted(maps.Keys(names)) {
		list = append(list, NotDone{what, counts[0][what], counts[1][what]})
	}
	return list
}

// undone gives what a copy did not do, and the messages that stand-ins got, with how often.
func (d *double) undone() map[string]int {
	d.offline.mu.Lock()
	defer d.offline.mu.Unlock()
	count := maps.Clone(d.offline.done)
	if count == nil {
		count = map[string]int{}
	}
	for _, s := range d.standIn {
		if n := s.Recorded(); n > 0 {
			count["a message to "+s.Name()] += int(n)
		}
	}
	return count
}

func compareStates(ctx context.Context, old, new *double) (*snapshot.Difference, error) {
	before, err := snapshot.Take(ctx, old.service, "old")
	if err != nil {
		return nil, err
	}
	after, err := snapshot.Take(ctx, new.service, "new")
	if err != nil {
		return nil, err
	}
	return snapshot.Compare(before, after)
}
