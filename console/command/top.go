package command

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/sample"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file holds top: the services that are the most in something.

var topCommands = []*console.Command{
	{Name: "top", Group: console.Launching, Usage: "[by cpu | by messages | by mailbox | by memory | by wait] [LINES] [every DURATION] [for DURATION]",
		Help: "Shows the services that use most processor time, or are the most in something else, with what they did since the look before. " +
			"mailbox is the messages that wait, wait how long the oldest of them has waited, memory what the service's state takes; " +
			"it is measured a little at a time where there are many services. " +
			"On a terminal and in the page it goes on in one place until Ctrl-C, with bars for the last looks; elsewhere it looks once, for a second. " +
			"With the virtual clock it moves the clock between two looks.",
		Examples: []string{"top", "top by mailbox 5", "top by messages every 5s for 1m"},
		Complete: []console.Completer{completeTop}, Needs: console.Observing, Run: top},
}

const (
	topLines = 20
	// trailColumns is the width from which on there is room for the bars beside the names.
	trailColumns = 110
	topEvery     = time.Second
)

func top(ctx context.Context, o *console.Operator, args string) error {
	asked, err := readTop(o, args)
	if err != nil {
		return err
	}
	rounds := o.Rounds()
	defer rounds.End()
	t := &topLooks{o: o, asked: asked, rounds: rounds, memory: sample.NewMeter(), trails: map[message.Address]*trail{}}
	if !asked.repeat && !rounds.InPlace() {
		return t.once(ctx)
	}
	return t.on(ctx, args)
}

// readTop reads the arguments, in whatever order.
func readTop(o *console.Operator, args string) (topArgs, error) {
	asked := topArgs{by: "cpu", lines: topLines, every: -1, limit: -1}
	if o.Node().Clock().Virtual() {
		asked.by = "messages" // processor time is none of its
	}
	for args != "" {
		word, rest := console.CutWord(args)
		var err error
		switch {
		case word == "by":
			asked.by, rest = console.CutWord(rest)
			if _, ok := topOrders[asked.by]; !ok {
				return asked, fmt.Errorf("top can't sort by %s; there are %s", visible.Quote(asked.by), strings.Join(slices.Sorted(maps.Keys(topOrders)), ", "))
			}
		case word == "every":
			rest, asked.repeat = args, true
			asked.every, err = durationAfter("every", &rest)
		case word == "for":
			rest, asked.repeat = args, true
			asked.limit, err = durationAfter("for", &rest)
		case console.IsDigits(word):
			asked.lines, err = strconv.Atoi(word)
			if err != nil || asked.lines < 1 || asked.lines > console.MostListed {
				err = fmt.Errorf("top shows 1 to %d lines", console.MostListed)
			}
		default:
			err = o.Usage("top")
		}
		if err != nil {
			return asked, err
		}
		args = rest
	}
	switch {
	case asked.every < 0:
		asked.every = topEvery
	case asked.every < leastPause:
		return asked, errNoPause
	}
	return asked, nil
}

// once looks twice, and shows what happened between.
func (t *topLooks) once(ctx context.Context) error {
	t.look()
	if more, err := t.o.Pause(ctx, t.asked.every, t.asked.every); !more {
		return err
	}
	t.look()
	rows, left := t.rows(ctx)
	return t.o.Reply(rows, t.sum()+"\n"+t.table(rows, left, false))
}

// on looks until it is ended. The first look has nothing before it: it takes a moment.
func (t *topLooks) on(ctx context.Context, args string) error {
	limit := t.asked.limit
	if limit < 0 && t.o.Node().Clock().Virtual() {
		limit = (virtualRounds - 1) * t.asked.every
	}
	took, end := time.Duration(0), t.o.Retimed()
	defer func() { end(t.recorded(took), took) }()
	t.look()
	if t.rounds.InPlace() {
		t.rounds.Show(t.title(), t.o.Paint(render.Note, "looking …"), "")
	}
	for passed := t.asked.every; limit < 0 || passed <= max(limit, t.asked.every); passed += t.asked.every {
		if more, err := t.o.Pause(ctx, t.asked.every, limit); !more {
			return err
		}
		took = passed
		t.look()
		rows, left := t.rows(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if t.o.JSON {
			if err := t.o.Reply(rows, ""); err != nil {
				return err
			}
			continue
		}
		text := t.table(rows, left, true)
		t.rounds.Show(t.title(), t.sum()+"\n"+text, t.sum()+"\n"+text)
	}
	return nil
}

// recorded is the line that looks as often again.
func (t *topLooks) recorded(took time.Duration) string {
	return fmt.Sprintf("top by %s %d every %s for %s", t.asked.by, t.asked.lines, t.asked.every, max(took, t.asked.every))
}

// title says what goes on.
func (t *topLooks) title() string {
	return fmt.Sprintf("top by %s, every %s; Ctrl-C ends", t.asked.by, render.Duration(t.asked.every))
}

// sum tells of all services together.
func (t *topLooks) sum() string {
	now := t.last
	parts := []string{render.Plural(len(now.Rows), "service", "services"), rate(now.Rate) + " messages/s"}
	if !t.o.Node().Clock().Virtual() {
		parts = append(parts, fmt.Sprintf("cpu %s of %s", percent(now.Load), render.Plural(t.o.Node().Config().Workers, "worker", "workers")))
	}
	parts = append(parts, render.Count(now.Queue)+" in mailboxes", render.Plural(now.Tasks, "task", "tasks"))
	return strings.Join(parts, " · ")
}

var topColumns = []render.Column{
	{Name: "address", Role: render.Address},
	{Name: "state", Marks: map[string]render.Role{string(service.StatusBusy): render.Warning, string(service.StatusStuck): render.Error}},
	{Name: "cpu", Align: render.Right}, {Name: "msg/s", Align: render.Right}, {Name: "mailbox", Align: render.Right},
	{Name: "wait", Align: render.Right}, {Name: "tasks", Align: render.Right}, {Name: "memory", Align: render.Right},
	{Name: "service", Role: render.Key, Shrink: 1},
}

func (t *topLooks) table(rows []topRow, left int, trails bool) string {
	columns := topColumns
	trails = trails && (t.o.Columns() == 0 || t.o.Columns() >= trailColumns)
	if trails {
		columns = slices.Insert(slices.Clone(columns), len(columns)-1, render.Column{Name: "recent", Role: render.Note})
	}
	cells := make([][]string, len(rows))
	for i := range rows {
		cells[i] = t.cells(&rows[i])
		if trails {
			cells[i] = slices.Insert(cells[i], len(cells[i])-1, rows[i].trail)
		}
	}
	text := t.o.Style().Table(columns, cells)
	if left > 0 {
		text += "\n" + t.o.Paint(render.Note, fmt.Sprintf(`… %s more; "top %d" shows more lines`, render.Count(left), min(2*t.asked.lines, console.MostListed)))
	}
	return text
}

func (t *topLooks) cells(r *topRow) []string {
	cpu, memory, wait := percent(r.CPU), "?", "-"
	if t.o.Node().Clock().Virtual() {
		cpu = "-"
	}
	if r.Memory >= 0 {
		memory = render.Size(int64(r.Memory))
	}
	if r.Wait > 0 {
		wait = render.Duration(r.Wait)
	}
	return []string{r.Address, r.State, cpu, rate(r.Messages), render.Count(r.Mailbox), wait, render.Count(r.Tasks), memory, r.Service}
}

// percent writes a part of one processor.
func percent(load float64) string {
	if load < 0.0995 {
		return strconv.FormatFloat(100*load, 'f', 1, 64) + "%"
	}
	return strconv.FormatFloat(100*load, 'f', 0, 64) + "%"
}

// rate writes how often something is in a second.
func rate(perSecond float64) string {
	switch {
	case perSecond == 0 || perSecond >= 9.95:
		return render.Count(int(perSecond + 0.5))
	case perSecond >= 0.095:
		return strconv.FormatFloat(perSecond, 'f', 1, 64)
	case perSecond >= 0.0095:
		return strconv.FormatFloat(perSecond, 'f', 2, 64)
	}
	return "<0.01"
}

// completeTop completes the words of top.
func completeTop(_ *console.Operator, t console.Typing) console.Completion {
	words := []string{"by", "every", "for"}
	switch t.Before[len(t.Before)-1] {
	case "by":
		words = slices.Sorted(maps.Keys(topOrders))
	case "every", "for":
		words = nil
	}
	return console.Completion{Candidates: console.Beginning(words, t.Word()), From: t.From}
}
