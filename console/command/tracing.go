package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file holds the commands about traces across services.

var tracingCommands = []*console.Command{
	{Name: "tracing", Group: console.Messages, Usage: "[on | off | 1/N | forget]",
		Help:     "Follows what comes of messages from outside through services: of each (on), or of one of N. From outside are those of the console, requests of HTTP and of other libraries, and time-outs that no traced task has set. A trace goes along with calls, sends, forks, time-outs and HTTP requests, of which traceparent and tracestate (W3C) are read and sent. traces lists the latest, trace ID shows one; forget drops them. It is off unless --tracing turned it on; a request with a traceparent that is sampled is followed whenever it is on.",
		Examples: []string{"tracing on", "tracing 1/100", "tracing"}, Complete: []console.Completer{completeTracing},
		Reads: func(args string) bool { return args == "" }, Run: setTracing},
	{Name: "traces", Group: console.Messages, Usage: "[SERVICE] [slower=10ms] [errors] [LINES]",
		Help:     "Lists the latest traces, the newest first: when each began, with what, its parts, how long it took, and the first error. Those in which a service had a part, that took at least so long, that have errors; 20 of them, or LINES.",
		Examples: []string{"traces", "traces slower=100ms", "traces CHAT_ROOM_SERVICE errors"}, Complete: []console.Completer{completeTraces},
		Reads: console.Always, Run: traces},
}

func completeTracing(_ *console.Operator, at console.Typing) console.Completion {
	return console.Completion{Candidates: []string{"on", "off", "1/100", "forget"}, From: at.From}
}

func completeTraces(o *console.Operator, at console.Typing) console.Completion {
	c := console.CompleteService(o, at)
	c.Candidates = append(c.Candidates, "errors", "slower=")
	return c
}

func setTracing(_ context.Context, o *console.Operator, args string) error {
	t := o.Node().Tracer()
	switch args {
	case "":
	case "forget":
		t.Forget()
	default:
		every, err := ParseSampling(args)
		if err != nil {
			return err
		}
		t.Set(every)
	}
	s := t.Status()
	return o.Reply(s, tracingText(s))
}

// ParseSampling reads how many messages from outside are traced: on, off, or 1/N for one
// of N.
func ParseSampling(text string) (every int, err error) {
	switch text {
	case "off", "0":
		return 0, nil
	case "on", "1":
		return 1, nil
	}
	n, of := strings.CutPrefix(text, "1/")
	every, err = strconv.Atoi(n)
	if !of || err != nil || every < 1 || every > service.MostSampled {
		return 0, fmt.Errorf("want on, off or 1/N with N up to %s", render.Count(service.MostSampled))
	}
	return every, nil
}

// tracingText tells what a tracer does: "one of 100 messages from outside is traced; kept: 3
// traces with 12 spans".
func tracingText(s service.TracerStatus) string {
	text := "tracing is off"
	switch {
	case s.Every == 1:
		text = "each message from outside is traced"
	case s.Every > 1:
		text = "one of " + render.Count(s.Every) + " messages from outside is traced"
	}
	if s.Kept == 0 {
		return text + "; no traces are kept"
	}
	text = fmt.Sprintf("%s; kept: %s with %s", text, render.Plural(s.Kept, "trace", "traces"), render.Plural(s.Spans, "span", "spans"))
	if s.Traces > uint64(s.Kept) {
		text += ", of " + render.Count(int(s.Traces))
	}
	return text
}

// tracesListed is how many traces are listed unless it is said.
const tracesListed = 20

// wantedTraces says which traces are listed.
type wantedTraces struct {
	of     *service.Service // nil: any
	slower time.Duration
	errors bool
	lines  int
}

func (w *wantedTraces) read(o *console.Operator, args string) (err error) {
	w.lines = tracesListed
	for _, word := range strings.Fields(args) {
		slower, isSlower := strings.CutPrefix(word, "slower=")
		lines, notNumber := strconv.Atoi(strings.TrimPrefix(word, "lines="))
		switch {
		case word == "errors":
			w.errors = true
		case isSlower:
			if w.slower, err = time.ParseDuration(slower); err != nil || w.slower < 0 {
				return fmt.Errorf("slower=%s: want a time such as 10ms", visible.Line(slower))
			}
		case notNumber == nil && lines > 0:
			w.lines = lines
		default:
			w.of, err = o.Service(word)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *wantedTraces) has(t *service.Trace, now time.Duration) bool {
	if w.slower > 0 && t.Took(now) < w.slower {
		return false
	}
	of, failed := w.of == nil, !w.errors
	for i := range t.Spans {
		of = of || t.Spans[i].Service == w.of.Address()
		failed = failed || t.Spans[i].Error != ""
	}
	return of && failed
}

// traceRow is a line of traces.
type traceRow struct {
	Trace   string        `json:"trace"`
	Began   time.Time     `json:"began"`
	Service string        `json:"service"`
	What    string        `json:"what"`
	Spans   int           `json:"spans"`
	Took    time.Duration `json:"took"`
	Running bool          `json:"running"`
	Error   string        `json:"error"`
}

func traces(ctx context.Context, o *console.Operator, args string) error {
	var wanted wantedTraces
	if err := wanted.read(o, args); err != nil {
		return err
	}
	clock, t := o.Node().Clock(), o.Node().Tracer()
	now := clock.Elapsed()
	list, total := t.Latest(wanted.lines, func(t *service.Trace) bool { return wanted.has(t, now) })
	rows := make([]traceRow, len(list))
	for i := range list {
		rows[i] = rowOfTrace(&list[i], clock.Start(), now)
	}
	none := "none of the traces that are kept is such"
	if s := t.Status(); s.Kept == 0 {
		none = "no traces are kept"
		if s.Every == 0 {
			none = `tracing is off; "tracing on" follows what comes of each message from outside`
		}
	}
	return console.Show(ctx, o, console.Listing[traceRow]{
		Rows: console.Rows(rows), Count: len(rows), Left: total - len(rows), Hint: "traces with a number shows as many", None: none,
		Columns: []render.Column{
			{Name: "trace", Role: render.Key}, {Name: "began"}, {Name: "with", Shrink: 1}, {Name: "spans", Align: render.Right},
			{Name: "took", Align: render.Right}, {Name: "error", Shrink: 2},
		},
		Cells: func(r traceRow) []string {
			return []string{
				shortTrace(r.Trace), r.Began.UTC().Format(handledTime), strings.TrimSpace(r.Service + " " + r.What),
				render.Count(r.Spans), tookSoFar(r.Took, r.Running), r.Error,
			}
		},
	})
}

func rowOfTrace(t *service.Trace, start time.Time, now time.Duration) traceRow {
	first := &t.Spans[0]
	row := traceRow{
		Trace: t.ID.String(), Began: start.Add(first.Began), Service: first.Name, What: strings.TrimPrefix(first.Title(), first.Name+" "), Spans: len(t.Spans), Took: t.Took(now),
	}
	for i := range t.Spans {
		row.Running = row.Running || !t.Spans[i].Over
		row.Error = cmp.Or(row.Error, oneLine(t.Spans[i].Error))
	}
	return row
}

// shortDigits is how many digits of a trace's number lists show: enough to type.
const shortDigits = 12

func shortTrace(id string) string { return id[:shortDigits] }

// leastDigits is how many digits of a trace's number have to be typed.
const leastDigits = 4

// tracesNamed gives the traces that a word may mean by the beginning of a number.
func tracesNamed(o *console.Operator, word string) []service.Trace {
	if !looksLikeTrace(word) {
		return nil
	}
	return o.Node().Tracer().Find(word)
}

func looksLikeTrace(word string) bool {
	return len(word) >= leastDigits && strings.Trim(word, "0123456789abcdef") == ""
}

// showTrace shows a trace whose number begins with a word.
func showTrace(o *console.Operator, word string, found []service.Trace) error {
	if len(found) > 1 {
		return fmt.Errorf("%s traces begin with %s: type more of it", render.Count(len(found)), word)
	}
	return o.Reply(found[0], waterfall(o, &found[0]))
}

// traceOrService explains why a word is no service, or no trace where it looks like one.
func traceOrService(o *console.Operator, word string, err error) error {
	if !looksLikeTrace(word) {
		return err
	}
	if o.Node().Tracer().Status().Kept == 0 {
		return errors.New("no trace " + word + `: none are kept; "tracing on" follows what comes of each message from outside`)
	}
	return errors.New("no trace " + word + `; "traces" lists those that are kept`)
}
