package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file follows messages while they are handled.

// The limits of a trace that is told none: it never floods a session nor outlives the
// attention of who began it.
const (
	traceLines = 1000
	traceRate  = 100 // lines a second
	traceTime  = time.Minute
	// traceStep is how far the virtual clock moves between two looks, and traceVirtual
	// how far in all unless it is said.
	traceStep    = time.Second
	traceVirtual = 10 * time.Second
)

// traceOrder is what the words after trace say.
type traceOrder struct {
	service.Follow
	of    *service.Service // nil: all
	limit time.Duration    // -1: not said
}

// traceFilters are the words with a value; each reads it.
var traceFilters = map[string]func(ctx context.Context, o *console.Operator, order *traceOrder, value string) error{
	"from": func(_ context.Context, o *console.Operator, order *traceOrder, value string) error {
		from, err := o.Service(value)
		if err == nil {
			order.From = from.Address()
		}
		return err
	},
	"command": func(_ context.Context, _ *console.Operator, order *traceOrder, value string) error {
		order.Command = value
		if text, err := strconv.Unquote(value); err == nil {
			order.Command = text
		}
		return nil
	},
	"type": traceType,
	"slower": func(_ context.Context, _ *console.Operator, order *traceOrder, value string) (err error) {
		order.Slower, err = console.ParseDuration(value)
		return err
	},
	"sample": func(_ context.Context, _ *console.Operator, order *traceOrder, value string) (err error) {
		order.Sample, err = positive("sample", strings.TrimPrefix(value, "1/"), 1_000_000_000)
		return err
	},
	"lines": func(_ context.Context, _ *console.Operator, order *traceOrder, value string) (err error) {
		order.Lines, err = positive("lines", value, 100_000)
		return err
	},
	"rate": func(_ context.Context, _ *console.Operator, order *traceOrder, value string) (err error) {
		order.Rate, err = positive("rate", value, 10_000)
		return err
	},
}

// positive reads a number from 1 to a bound.
func positive(what, value string, most int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > most {
		return 0, fmt.Errorf("%s wants a number from 1 to %s", what, render.Count(most))
	}
	return n, nil
}

func traceType(ctx context.Context, o *console.Operator, order *traceOrder, value string) error {
	if order.of == nil {
		typ, ok := message.TypeNamed(value)
		if !ok {
			return fmt.Errorf("no type of messages is called %s; with a service, its own protocols have names, too", value)
		}
		order.Types = append(order.Types, typ)
		return nil
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	typ, err := inspect.ProtocolType(ctx, order.of, value)
	order.Types = append(order.Types, typ)
	return err
}

// parseTrace reads what is to be followed of a service; nil: of all.
func parseTrace(ctx context.Context, o *console.Operator, of *service.Service, args string) (*traceOrder, error) {
	order := &traceOrder{Follow: service.Follow{Lines: traceLines, Rate: traceRate}, of: of, limit: -1}
	if of != nil {
		order.Service = of.Address()
	}
	for args != "" {
		if word, _ := console.CutWord(args); word == "for" {
			limit, err := durationAfter("for", &args)
			if err != nil {
				return nil, err
			}
			order.limit = limit
			continue
		}
		var word string
		word, args = console.CutWord(args)
		if word == "errors" {
			order.Errors = true
			continue
		}
		name, value, has := strings.Cut(word, "=")
		read, known := traceFilters[name]
		if !known || !has || value == "" {
			return nil, fmt.Errorf(`%s is no filter; there is from=, command=, type=, slower=, sample=, lines=, rate=, errors and for DURATION`, word)
		}
		if err := read(ctx, o, order, value); err != nil {
			return nil, err
		}
	}
	return order, nil
}

// followMessages shows messages as they are handled, until the limits, or somebody, end it.
func followMessages(ctx context.Context, o *console.Operator, of *service.Service, args string) error {
	order, err := parseTrace(ctx, o, of, args)
	if err != nil {
		return err
	}
	follower := o.Node().Follow(order.Follow)
	defer follower.Stop()
	t := &tracing{order: order, words: withoutFor(args), follower: follower}
	if of != nil {
		t.words = console.Typed(of) + " " + t.words
	}
	if o.Node().Clock().Virtual() {
		return t.virtual(ctx, o)
	}
	return t.real(ctx, o)
}

// tracing is a trace that goes on.
type tracing struct {
	order    *traceOrder
	words    string // what is followed, as a line says it
	follower *service.Follower
	shown    int
	left     int // because of the rate
}

// virtual lets the virtual clock move, and shows what is handled meanwhile.
func (t *tracing) virtual(ctx context.Context, o *console.Operator) error {
	limit := t.order.limit
	if limit < 0 {
		limit = traceVirtual
	}
	for passed := time.Duration(0); passed < limit; {
		step := min(traceStep, limit-passed)
		more, err := o.Pause(ctx, step, limit)
		passed += step
		full, shown := t.show(o)
		if err = errors.Join(err, shown); err != nil {
			return err
		}
		switch {
		case full:
			return t.end(o, "")
		case !more:
			return t.end(o, render.Duration(passed))
		}
	}
	return t.end(o, render.Duration(limit))
}

// real shows what is handled until the time is over or somebody ends it.
func (t *tracing) real(ctx context.Context, o *console.Operator) error {
	limit := t.order.limit
	if limit < 0 {
		limit = traceTime
	}
	began, end := time.Now(), o.Retimed()
	defer func() {
		took := time.Since(began).Round(time.Millisecond)
		end(t.line(took), took)
	}()
	timer, looks := time.NewTimer(limit), time.NewTicker(profileLook)
	defer timer.Stop()
	defer looks.Stop()
	rounds := o.Rounds()
	defer rounds.End()
	for {
		rounds.Show(t.progress(time.Since(began), limit), "", "")
		select {
		case <-looks.C:
			continue
		case <-t.follower.News():
			full, err := t.show(o)
			if err != nil {
				return err
			}
			if full {
				return t.end(o, "")
			}
			continue
		case <-timer.C:
		case <-o.Stopped(t.order.limit):
		case <-o.Node().Done():
		case <-ctx.Done():
		}
		_, err := t.show(o)
		return errors.Join(err, t.end(o, render.Duration(time.Since(began).Round(100*time.Millisecond))))
	}
}

// progress tells whoever watches how far the trace is.
func (t *tracing) progress(took, limit time.Duration) string {
	return fmt.Sprintf("tracing %s: %s, %s of %s; Ctrl-C ends", cmp.Or(strings.TrimSpace(t.words), "all services"), render.Plural(t.shown, "message", "messages"),
		render.Duration(took.Truncate(time.Second)), render.Duration(limit))
}

// line is the trace as a line that goes on for a time.
func (t *tracing) line(took time.Duration) string {
	return strings.Join(strings.Fields(fmt.Sprintf("trace %s for %s", t.words, took)), " ")
}

// withoutFor gives a trace's words without how long it goes on.
func withoutFor(args string) string {
	var words []string
	for args != "" {
		if word, _ := console.CutWord(args); word == "for" {
			_, _ = durationAfter("for", &args)
			continue
		}
		var word string
		word, args = console.CutWord(args)
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// show shows what has come; full: there are as many lines as there may be.
func (t *tracing) show(o *console.Operator) (full bool, err error) {
	list, left, full := t.follower.Take()
	t.left += left
	for _, h := range list {
		t.shown++
		if err := o.Reply(h, traceText(o, h)); err != nil {
			return full, err
		}
	}
	return full, nil
}

// end tells how much was shown, and which limits were met.
func (t *tracing) end(o *console.Operator, after string) error {
	if o.JSON {
		return o.Reply(map[string]any{"shown": t.shown, "leftOut": t.left, "matched": t.follower.Passed()}, "")
	}
	text := render.Plural(t.shown, "message", "messages")
	if after == "" {
		text += ", the most that this trace shows; lines=N shows more"
	} else {
		text += " in " + after
	}
	if t.left > 0 {
		text += fmt.Sprintf("; %s more were left out, above %d a second: rate=N shows more, sample=1/N some of all", render.Count(t.left), t.order.Rate)
	}
	return o.Reply(nil, o.Paint(render.Note, text))
}

// traceText is a message on one line.
func traceText(o *console.Operator, h service.Handled) string {
	what := h.Type
	if h.Args != "" {
		what += " " + valuesText(h.Args)
	}
	text := fmt.Sprintf("%s  %s -> %s  %s  %s", h.Time.UTC().Format(handledTime), fromText(h), h.Name, what, render.Duration(h.Took))
	if h.Queued > 0 {
		text += ", waited " + render.Duration(h.Queued)
	}
	if reply := replyText(h); reply != "" {
		text += "  = " + reply
	}
	return text
}

// completeTrace completes what may stand after a trace's service: filters, on and off with
// a protocol.
func completeTrace(_ *console.Operator, t console.Typing) console.Completion {
	return console.Completion{Candidates: console.Beginning(traceWords(), t.Word()), From: t.From}
}

func traceWords() []string {
	words := []string{"debug", "errors", "for", "lua", "off", "on", "system"}
	for name := range traceFilters {
		words = append(words, name+"=")
	}
	slices.Sort(words)
	return words
}

// completeTraced completes what is traced: a service, or all.
func completeTraced(o *console.Operator, t console.Typing) console.Completion {
	services := console.CompleteService(o, t)
	if strings.HasPrefix("all", t.Word()) {
		services.Candidates = append([]string{"all"}, services.Candidates...)
	}
	return services
}
