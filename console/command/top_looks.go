package command

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/sample"
	"lunarium/runtime/message"
)

// This file looks at the services again and again for top.

// topOrder is what top may sort by.
type topOrder struct {
	column string
	value  func(r *topRow) float64
}

var topOrders = map[string]topOrder{
	"cpu":      {"cpu", func(r *topRow) float64 { return r.CPU }},
	"messages": {"messages/s", func(r *topRow) float64 { return r.Messages }},
	"mailbox":  {"mailbox", func(r *topRow) float64 { return float64(r.Mailbox) }},
	"memory":   {"memory", func(r *topRow) float64 { return float64(r.Memory) }},
	"wait":     {"wait", func(r *topRow) float64 { return r.Wait.Seconds() }},
}

// topRow is one line of top. CPU is a part of one processor, Messages are by the second;
// Memory is -1 while it is not known.
type topRow struct {
	Address, Service string
	State            string
	CPU, Messages    float64
	Mailbox          int
	Wait             time.Duration
	Tasks, Memory    int

	at    message.Address
	trail string
}

// topArgs are what top is asked for.
type topArgs struct {
	by           string
	lines        int
	every, limit time.Duration // limit: -1: none
	repeat       bool          // every or for was given
}

const (
	// trailLooks is how many looks the bars show.
	trailLooks = 16
	// memoryShare is the part of the time between two looks that may be spent on measuring.
	memoryShare = 5
	// memoryPatience is how long top waits for the memory of one service.
	memoryPatience = 200 * time.Millisecond
)

// topLooks looks at the node again and again.
type topLooks struct {
	o      *console.Operator
	asked  topArgs
	rounds *console.Rounds
	memory *sample.Meter
	last   *sample.Sample
	trails map[message.Address]*trail
	looks  int
}

// trail is how a service went at the last looks.
type trail struct {
	values []float64
	look   int // at which it was shown last
}

// look reads the counters.
func (t *topLooks) look() {
	before := t.last
	if before == nil {
		before = &sample.Sample{}
	}
	t.last = sample.Take(t.o.Node(), t.o.Node().Clock().Now(), before, t.memory)
	t.looks++
}

// rows gives the services that are the most, and how many are not among them.
func (t *topLooks) rows(ctx context.Context) (rows []topRow, left int) {
	if t.asked.by == "memory" {
		t.measure(ctx, t.last.Rows)
	}
	all := make([]topRow, len(t.last.Rows))
	for i := range all {
		all[i] = t.row(&t.last.Rows[i])
	}
	value := topOrders[t.asked.by].value
	first := func(a, b topRow) int {
		return cmp.Or(cmp.Compare(value(&b), value(&a)), cmp.Compare(b.Messages, a.Messages), cmp.Compare(a.at, b.at))
	}
	slices.SortFunc(all, first)
	rows = all[:min(t.asked.lines, len(all))]
	if t.asked.by != "memory" {
		t.measure(ctx, t.shown(rows))
	}
	for i := range rows {
		rows[i].Memory = t.memory.Of(rows[i].at)
		rows[i].trail = t.trail(&rows[i])
	}
	t.forget()
	return rows, len(all) - len(rows)
}

func (t *topLooks) row(r *sample.Row) topRow {
	return topRow{
		Address: r.Address.String(), Service: r.Name, State: string(r.Status), CPU: r.Load, Messages: r.Rate,
		Mailbox: r.Queue, Wait: r.Wait, Tasks: r.Tasks, Memory: t.memory.Of(r.Address), at: r.Address,
	}
}

// shown gives the sample's rows of those that are shown.
func (t *topLooks) shown(rows []topRow) []sample.Row {
	var some []sample.Row
	for i := range rows {
		at, _ := slices.BinarySearchFunc(t.last.Rows, rows[i].at, func(r sample.Row, a message.Address) int { return cmp.Compare(r.Address, a) })
		some = append(some, t.last.Rows[at])
	}
	return some
}

// measure asks services for their memory: all of them at the first look and with the
// virtual clock, within the session's limit; later a few.
func (t *topLooks) measure(ctx context.Context, rows []sample.Row) {
	if t.o.Node().Clock().Virtual() || t.looks <= 2 {
		whole, cancel := t.o.Timed(ctx)
		defer cancel()
		t.memory.MeasureAll(whole, rows, func() (context.Context, context.CancelFunc) { return t.o.Within(whole, memoryPatience) })
		return
	}
	t.memory.Measure(ctx, rows, t.asked.every/memoryShare)
}

// trail notes a row's value, and draws those before it, too.
func (t *topLooks) trail(r *topRow) string {
	one := t.trails[r.at]
	if one == nil {
		one = &trail{}
		t.trails[r.at] = one
	}
	one.look = t.looks
	one.values = append(one.values, topOrders[t.asked.by].value(r))
	if len(one.values) > trailLooks {
		one.values = one.values[1:]
	}
	return render.Sparkline(one.values)
}

// forget forgets the trails of services that are not shown any more.
func (t *topLooks) forget() {
	maps.DeleteFunc(t.trails, func(_ message.Address, one *trail) bool { return t.looks-one.look > trailLooks })
}
