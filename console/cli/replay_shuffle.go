package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/line"
	"lunarium/console/render"
	"lunarium/console/replay"
	"lunarium/console/usage"
)

// This file replays transcripts in other orders of their services, to find races.

// shuffled says in which orders: those of the seeds from first to last. Its zero value is
// none.
type shuffled struct{ first, last uint64 }

// mostOrders bounds how many orders one run tries.
const mostOrders = 10_000_000

func (s *shuffled) given() bool { return s.first > 0 }

// String is for package flag.
func (s *shuffled) String() string {
	switch {
	case !s.given():
		return ""
	case s.first == s.last:
		return "seed=" + strconv.FormatUint(s.first, 10)
	}
	return strconv.FormatUint(s.last, 10)
}

// Set is for package flag.
func (s *shuffled) Set(text string) error {
	seed, one := strings.CutPrefix(text, "seed=")
	n, err := strconv.ParseUint(seed, 10, 64)
	switch {
	case one && (err != nil || n == 0):
		return errors.New("want a seed from 1 on after seed=")
	case !one && (err != nil || n == 0 || n > mostOrders):
		return fmt.Errorf("want how many orders to try, up to %d, or seed=N for one", mostOrders)
	case one:
		*s = shuffled{n, n}
	default:
		*s = shuffled{1, n}
	}
	return nil
}

// shuffle runs the transcripts of a file in other orders, and shows the first whose replies
// differ from those in turn.
func (a *tally) shuffle(ctx context.Context, path string, orders shuffled, std usage.Streams) (ok bool, err error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return false, err
	}
	transcripts, err := parseTranscripts(path, content)
	if err != nil {
		return false, err
	}
	for _, t := range transcripts {
		found, err := a.findRace(ctx, t, orders, std)
		if err != nil {
			return false, err
		}
		a.shuffled++
		if found != nil {
			a.differ++
			found.show(std)
			return false, nil
		}
	}
	return true, nil
}

// race is an order in which a transcript's replies differ from those in turn.
type race struct {
	seed        uint64
	differences []*replay.Difference
}

// findRace runs a transcript in orders until one gives other replies; nil: none did.
func (a *tally) findRace(ctx context.Context, t *replay.Transcript, orders shuffled, std usage.Streams) (*race, error) {
	inTurn, err := runShuffled(ctx, t, 0)
	if err != nil {
		return nil, err
	}
	progress := newOrdersTried(std, t.Path, orders)
	defer progress.over()
	for seed := orders.first; seed <= orders.last; seed++ {
		if ctx.Err() != nil {
			a.stopped = true
			return nil, nil
		}
		got, err := runShuffled(ctx, t, seed)
		if err != nil {
			return nil, fmt.Errorf("in the order of seed %d: %w", seed, err)
		}
		if ctx.Err() != nil {
			continue // what it printed is that it was stopped
		}
		a.orders++
		if differences := replay.Compare(inTurn, got); len(differences) > 0 {
			return &race{seed, differences}, nil
		}
		progress.tried(seed)
	}
	return nil, nil
}

// runShuffled runs a transcript in the order of a seed, 0 being in turn, and gives what was
// printed, that of services by service.
func runShuffled(ctx context.Context, t *replay.Transcript, seed uint64) (*replay.Transcript, error) {
	start := func(ctx context.Context, t *replay.Transcript) (replay.Runner, string, error) {
		f, err := replayFlags(t)
		if err != nil {
			return nil, "", err
		}
		f.shuffle = seed
		read, err := t.Readings()
		if err != nil {
			return nil, "", err
		}
		r := &replayed{out: &console.Collected{}, apart: newApart(), given: replay.NewGiven(read)}
		return r.start(ctx, t, f)
	}
	_, got, err := replay.Run(ctx, t, start)
	return got, err
}

// show shows the first difference, and how to see it again.
func (r *race) show(std usage.Streams) {
	d := r.differences[0]
	fmt.Fprintf(std.Out, "%s in the order of seed %d\n%s\n", d.Error(), r.seed, render.Style{}.Diff(joinLines(d.Want), joinLines(d.Got)))
	if more := len(r.differences) - 1; more > 0 {
		fmt.Fprintf(std.Out, "and %s after it\n", render.Plural(more, "other difference", "other differences"))
	}
	fmt.Fprintf(std.Out, "again: lunarium replay --shuffle seed=%d %s; to look at it: --shuffle %d on the node's command line\n", r.seed, replay.JoinWords([]string{d.Path}), r.seed)
}

// ordersTried shows on a terminal how far a search is.
type ordersTried struct {
	std    usage.Streams
	path   string
	last   uint64
	shown  time.Time // when it was shown last; zero: never
	hidden bool
}

// progressEvery is how often progress is shown.
const progressEvery = 200 * time.Millisecond

func newOrdersTried(std usage.Streams, path string, orders shuffled) *ordersTried {
	file, isFile := std.Err.(*os.File)
	return &ordersTried{std: std, path: path, last: orders.last, hidden: !isFile || !line.IsTerminal(file) || orders.first == orders.last, shown: time.Now()}
}

func (p *ordersTried) tried(seed uint64) {
	if p.hidden || time.Since(p.shown) < progressEvery {
		return
	}
	p.shown = time.Now()
	fmt.Fprintf(p.std.Err, "\r\x1b[K%s: %s of %s orders; Ctrl-C stops", p.path, render.Count(int(seed)), render.Count(int(p.last)))
}

func (p *ordersTried) over() {
	if !p.hidden {
		fmt.Fprint(p.std.Err, "\r\x1b[K")
	}
}
