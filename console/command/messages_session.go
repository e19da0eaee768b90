package command

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/console/replay"
	"lunarium/console/secret"
	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file makes a transcript of the messages that a service has taken.

// firstAddress is that of the first service of a node, which the transcript sends to.
const firstAddress = ":00000002"

// messagesSession writes a transcript in which a new service of the same kind is sent what
// this one was. On the screen it is a reply, in a file a test.
func messagesSession(o *console.Operator, svc *service.Service, list []service.Handled, seen uint64, path string) error {
	t := sessionOf(o, svc, list, seen)
	text := t.Format()
	if path == "" {
		return o.Reply(map[string]string{"session": text}, visible.Text(text))
	}
	if o.Remote {
		return console.ErrRemote
	}
	if err := o.Writable(path); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	file, _, err := replay.Create(path)
	if err != nil {
		return err
	}
	if _, err = file.WriteString(text); err == nil {
		err = file.Close()
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return o.Reply(map[string]any{"file": path, "messages": len(list)},
		fmt.Sprintf(`%s in %s; "lunarium replay %[2]s" sends them to a new %s and compares the replies`, render.Plural(len(list), "message", "messages"), path, console.Base(svc)))
}

// sessionOf makes the transcript.
func sessionOf(o *console.Operator, svc *service.Service, list []service.Handled, seen uint64) *replay.Transcript {
	t := &replay.Transcript{Head: []string{
		fmt.Sprintf("# What %s took: %s of %s. Where a reply differs from what was", console.Title(svc), render.Plural(len(list), "message", "messages"), render.Count(int(seen))),
		`# recorded, a replay tells; "lunarium replay -update" takes it over.`,
	}}
	if uint64(len(list)) < seen {
		t.Head = append(t.Head, "# Those before are not kept: what the service knew from them is missing.")
	}
	if o.Hidden() != nil {
		t.Head = append(t.Head, "# What looks secret is hidden: it stands here as "+visible.Quote(secret.Hidden)+".")
	}
	at := svc.Born()
	if len(list) > 0 && uint64(len(list)) < seen {
		at = list[0].Time
	}
	at = at.Truncate(service.Tick)
	t.Command = replay.JoinWords(slices.Concat([]string{"lunarium", "--clock", "virtual", "--epoch", at.UTC().Format(time.RFC3339Nano)}, nodeWords(o.Flags)))
	launched := replay.Step{Input: "launch " + replay.JoinWords(append([]string{svc.Spec().Name}, o.Hidden().Arguments(svc.Spec().Args)...))}
	launched.Expected = []string{firstAddress + " " + console.Base(svc)}
	t.Steps = append(t.Steps, launched)
	var notes []string
	for i := range list {
		h := &list[i]
		if gap := h.Time.Sub(at).Truncate(service.Tick); gap > 0 {
			t.Steps = append(t.Steps, replay.Step{Lead: notes, Input: gap.String(), Passes: gap})
			at, notes = at.Add(gap), nil
		}
		until := answeredAfter(h)
		waits := until > 0 && (i+1 == len(list) || !list[i+1].Time.Before(h.Time.Add(until)))
		step, ok := stepOf(o, svc, h, until == 0 || waits)
		if !ok {
			notes = append(notes, visible.Line(strings.TrimSpace(fmt.Sprintf("# left out: %s %s %s", h.From, h.Type, h.Args))))
			continue
		}
		step.Lead = append(notes, step.Lead...)
		notes = nil
		if waits && strings.HasPrefix(step.Input, "call") { // the answer comes when time has passed
			passing := replay.Step{Input: until.String(), Passes: until, Output: step.Output}
			step.Output = replay.Output{}
			t.Steps = append(t.Steps, step, passing)
			at = at.Add(until)
			continue
		}
		t.Steps = append(t.Steps, step)
	}
	t.Tail = notes
	return t
}

// answeredAfter tells how long a message's sender waited for the answer, in whole ticks; 0
// for no time worth telling, and where there was none.
func answeredAfter(h *service.Handled) time.Duration {
	took := h.Took
	if h.Answered > 0 {
		took = h.Answered
	}
	if h.Session == 0 || h.Running || took < service.Tick {
		return 0
	}
	return (took + service.Tick - 1).Truncate(service.Tick)
}

// stepOf sends a message again; false: it can't be, because not all of it is kept or the
// console sends none of its kind. A session waits for each answer: what did not come before
// the next message is sent so that it does not.
func stepOf(o *console.Operator, svc *service.Service, h *service.Handled, waits bool) (step replay.Step, ok bool) {
	if h.Type != message.TypeLua.String() || !h.Whole || h.Source == 0 {
		return step, false
	}
	if h.From != o.Node().NameOf(o.Client().Address()) {
		step.Lead = append(step.Lead, visible.Line("# from "+h.From))
	}
	if h.Session != 0 && !waits {
		step.Lead = append(step.Lead, visible.Line("# It was a call, answered after others had come: "+cmp.Or(h.Reply, h.Error)))
	}
	if h.Session == 0 || !waits {
		step.Input = strings.TrimSpace("send " + firstAddress + " " + argumentsSeen(o, h.Args))
		step.Expected = []string{"sent to " + firstAddress + " " + console.Base(svc)}
		return step, true
	}
	step.Input = strings.TrimSpace("call " + firstAddress + " " + argumentsSeen(o, h.Args))
	switch {
	case h.Error != "":
		step.Lead = append(step.Lead, visible.Line("# It failed: "+h.Error))
	case !h.Running:
		step.Expected = expectedReply(o, h.Reply)
	}
	return step, true
}

// argumentsSeen writes arguments without what who is at the session does not see, so that they
// can be sent all the same: strings stand in its place.
func argumentsSeen(o *console.Operator, args string) string {
	if o.Hidden() == nil {
		return args
	}
	payload, err := inspect.Arguments(o.Node(), args)
	if err != nil {
		return o.Hidden().Text(args)
	}
	values := inspect.Reply(o.Node(), payload, plain.AllLimits).Values
	var seen []string
	for _, e := range o.Hidden().Value("", plain.OfList(values...)).Entries {
		seen = append(seen, render.Style{}.Inline(withStrings(e.Value), 0))
	}
	return strings.Join(seen, ", ")
}

// withStrings gives a value in which strings stand for what is hidden.
func withStrings(v plain.Value) plain.Value {
	if v.Kind == plain.Hidden {
		return plain.OfString(v.Text, 0)
	}
	entries := make([]plain.Entry, len(v.Entries))
	for i, e := range v.Entries {
		entries[i] = plain.Entry{Key: e.Key, Value: withStrings(e.Value)}
	}
	v.Entries = entries
	return v
}

// expectedReply gives the lines in which the console shows a reply; none where not all of
// it is kept.
func expectedReply(o *console.Operator, reply string) []string {
	values, err := inspect.Arguments(o.Node(), reply)
	if err != nil {
		return nil
	}
	return strings.Split(render.Style{Secrets: o.Hidden()}.Results(inspect.Reply(o.Node(), values, o.Shown()).Values), "\n")
}

// nodeWords gives a node's flags without its own service and the clock's beginning.
func nodeWords(flags []string) (words []string) {
	alone := map[string]bool{"--strict-exit": true, "--json": true}
	for i := 0; i < len(flags) && strings.HasPrefix(flags[i], "--"); i++ {
		end := i + 2
		if alone[flags[i]] {
			end = i + 1
		}
		if flags[i] != "--epoch" && flags[i] != "--json" {
			words = append(words, flags[i:min(end, len(flags))]...)
		}
		i = end - 1
	}
	return words
}
