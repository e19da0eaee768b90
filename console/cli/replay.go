package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"github.com/natefinch/atomic"

	"lunarium/console"
	"lunarium/console/command"
	"lunarium/console/render"
	"lunarium/console/replay"
	"lunarium/console/usage"
	"lunarium/runtime/service"
	"lunarium/runtime/worded"
)

// This file replays transcripts, each on a fresh node.

// replayPatience is what a command of a replayed session may take. None should
// take more than moments, but a loaded machine is slow.
const replayPatience = 2 * time.Minute

// mostWaited is at how many instants timers may fire while a command of a replayed
// session waits: each is looked at. It is a count, so that a replay ends alike
// everywhere.
const mostWaited = 10_000

// tally counts what was replayed.
type tally struct {
	transcripts, differ, rewritten int
	shuffled                       int  // transcripts that were run in other orders, too
	orders                         int  // and in how many, all of them together
	stopped                        bool // by the user, before all were tried
}

// String is what a replay says in the end: "12 transcripts: all replies as recorded".
func (a *tally) String() string {
	text := render.Plural(a.transcripts, "transcript", "transcripts")
	if a.orders > 0 {
		text += " in " + render.Plural(a.orders, "other order", "other orders")
	}
	if a.stopped {
		text += ", then stopped"
	}
	switch {
	case a.differ == 0:
		return text + ": all replies as recorded"
	case a.rewritten == 0:
		return text + ": " + render.Count(a.differ) + " with other replies than recorded"
	}
	return text + ": " + render.Count(a.differ) + " with other replies, which are recorded now"
}

// replay runs the transcripts of a file and shows the differences.
func (a *tally) replay(ctx context.Context, path string, update bool, std usage.Streams) (ok bool, err error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return false, err
	}
	transcripts, err := parseTranscripts(path, content)
	if err != nil {
		return false, err
	}
	ok = true
	fresh := make([]*replay.Transcript, len(transcripts))
	for i, t := range transcripts {
		read, err := t.Readings()
		if err != nil {
			return false, err
		}
		given := replay.NewGiven(read)
		differences, got, err := replay.Run(ctx, t, startReplay(given))
		if err != nil {
			return false, err
		}
		if ctx.Err() != nil { // what it printed is that it was stopped
			a.stopped = true
			return true, nil
		}
		for _, text := range given.Unknown() {
			fmt.Fprintf(std.Out, "%s:%d: %s\n", t.Path, t.Line, text)
		}
		fresh[i] = got
		a.transcripts++
		if len(differences) > 0 {
			a.differ++
		}
		for _, d := range differences {
			ok = update
			if !update {
				fmt.Fprintf(std.Out, "%s\n%s\n", d.Error(), render.Style{}.Diff(joinLines(d.Want), joinLines(d.Got)))
			}
		}
	}
	if !update {
		return ok, nil
	}
	if err = updateFile(path, content, fresh); err == nil {
		a.rewritten++
	}
	return ok, err
}

func parseTranscripts(path string, content []byte) ([]*replay.Transcript, error) {
	if strings.HasSuffix(path, ".md") {
		return replay.ParseMarkdown(path, bytes.NewReader(content))
	}
	t, err := replay.Parse(path, bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	return []*replay.Transcript{t}, nil
}

func updateFile(path string, content []byte, fresh []*replay.Transcript) error {
	text := ""
	if strings.HasSuffix(path, ".md") {
		var err error
		if text, err = replay.UpdateMarkdown(path, string(content), fresh); err != nil {
			return err
		}
	} else {
		text = fresh[0].Format()
	}
	if text == string(content) {
		return nil
	}
	return atomic.WriteFile(path, strings.NewReader(text))
}

func joinLines(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// replayed is a node with one session whose output is collected.
type replayed struct {
	program *program
	session *console.Session
	out     *console.Collected
	given   *replay.Given // what services read
	apart   *apart        // what services write, service by service; nil: it comes with the rest
	data    string        // directory to remove at the end, or ""
	passing service.Passing
	command *waiting // the command that waits for time to pass, or nil
}

// waiting is a command that a goroutine runs.
type waiting struct {
	done chan struct{}
	ctx  *expiring
}

// startReplay makes the node of a transcript, whose services read what is given. It has the virtual
// clock and an empty data directory unless the flags say otherwise.
func startReplay(given *replay.Given) replay.Start {
	return func(ctx context.Context, t *replay.Transcript) (replay.Runner, string, error) {
		f, err := replayFlags(t)
		if err != nil {
			return nil, "", err
		}
		r := &replayed{out: &console.Collected{}, given: given}
		return r.start(ctx, t, f)
	}
}

// replayFlags are the flags of a transcript's node.
func replayFlags(t *replay.Transcript) (*nodeFlags, error) {
	return parseFlags(append([]string{"--clock", "virtual"}, t.Flags...))
}

// start makes the node, by its flags.
func (r *replayed) start(ctx context.Context, t *replay.Transcript, f *nodeFlags) (replay.Runner, string, error) {
	var err error
	if f.data != "" {
		if err := besideFolder(t.Path, f.data); err != nil {
			return nil, "", fmt.Errorf("--data %s: %w", f.data, err)
		}
	} else {
		if r.data, err = os.MkdirTemp("", "lunarium-replay-"); err != nil {
			return nil, "", err
		}
		f.data = r.data
	}
	screen := console.NewScreen(r.out)
	var services outlet = &output{screen.Services(), screen.Services()}
	if r.apart != nil {
		r.apart.rest = screen.Services()
		services = r.apart
	}
	if r.program, err = newProgram(f, services, r.reads()); err != nil {
		r.removeData()
		return nil, "", err
	}
	secrets, err := r.program.secretNames()
	if err != nil {
		r.removeData()
		return nil, "", err
	}
	if err := r.program.launch(ctx, func(text string) { fmt.Fprintln(screen, text) }); err != nil {
		fmt.Fprintln(screen, launchError(err))
	}
	recorded := *f
	if r.apart != nil {
		recorded.shuffle = 0 // a session that shows its flags shows the same ones in each order
	}
	r.session = console.NewSession(r.program.node, console.Options{
		Library: libraryHelp, Crashes: &r.program.crashes, Snapshots: &r.program.snapshots, Supervisor: &r.program.supervisor,
		Screen: screen, JSON: f.json, Secrets: secrets, Flags: recorded.recorded(), Patience: replayPatience, Untimed: t.Paced(),
		MayWrite: func(path string) error { return besideFile(t.Path, path) },
	}, command.Table())
	settle(ctx, r.program.node)
	return r, r.written(), nil
}

// reads gives what services read from the transcript; nil: there is nothing in it, and they read the
// world.
func (r *replayed) reads() func(*service.Reading, string) bool {
	if r.given.Empty() {
		return nil
	}
	return func(read *service.Reading, place string) bool {
		given, ok := r.given.Next(replay.Reading{
			Service: read.Service.String(), Function: read.Function, Argument: read.Argument, Answer: read.Asked != nil,
		}, place)
		if ok {
			read.Text, read.None, read.Rank = given.Text, given.None, given.Rank
		}
		return ok
	}
}

func settle(ctx context.Context, n *service.Node) {
	ctx, cancel := context.WithTimeout(ctx, replayPatience)
	defer cancel()
	n.Settle(ctx)
}

// Execute runs one line of input, or as much of it as happens before time passes.
func (r *replayed) Execute(ctx context.Context, input string, mayWait bool) string {
	if r.session.Closed() {
		return "the session has ended\n"
	}
	r.session.MayWait(mayWait)
	if !mayWait {
		r.session.Execute(ctx, input)
		return r.written()
	}
	command := &waiting{make(chan struct{}), newExpiring(ctx)}
	r.command = command
	go func() {
		defer close(command.done)
		r.session.Execute(command.ctx, input)
	}()
	r.rest(ctx)
	return r.written()
}

// rest waits until the command is done or waits for time to pass.
func (r *replayed) rest(ctx context.Context) {
	if r.command != nil && r.session.Rest(ctx, r.command.done) {
		r.command = nil
	}
}

// Pass moves the clock, step by step while a command waits. One that waits on then
// has run out of time.
func (r *replayed) Pass(ctx context.Context, d time.Duration) string {
	clock := r.program.node.Clock()
	end := clock.Elapsed() + min(d, math.MaxInt64-clock.Elapsed())
	r.passing.Begin()
	r.program.node.AllowMoreSteps(0)
	many := false
	for waited := 0; r.command != nil; waited++ {
		due, ok := clock.Due()
		if !ok || due > end {
			break
		}
		if waited == mostWaited {
			many = true // no more time passes
			break
		}
		if _, _, err := clock.NextWithin(ctx, &r.passing); err != nil {
			break
		}
		r.rest(ctx)
	}
	var err error
	if !many {
		_, err = clock.AdvanceWithin(ctx, end-clock.Elapsed(), &r.passing)
	}
	switch {
	case many, errors.Is(err, service.ErrManySteps):
		fmt.Fprintf(r.out, "%s did not pass: too much falls due on the way\n", d)
	case errors.Is(err, service.ErrRestless):
		fmt.Fprintf(r.out, "%s did not pass: %s\n", d, worded.Text(err))
	}
	r.rest(ctx)
	if r.command != nil {
		r.command.ctx.expire()
		<-r.command.done
		r.command = nil
	}
	return r.written()
}

// expiring is a context that ends as if its time had run out.
type expiring struct {
	context.Context
	done chan struct{}
}

func newExpiring(ctx context.Context) *expiring { return &expiring{ctx, make(chan struct{})} }

func (c *expiring) expire() { close(c.done) }

// Done is closed by expire.
func (c *expiring) Done() <-chan struct{} { return c.done }

// Err gives context.DeadlineExceeded after expire.
func (c *expiring) Err() error {
	select {
	case <-c.done:
		return context.DeadlineExceeded
	default:
		return c.Context.Err()
	}
}

// written is what was written since the last time.
func (r *replayed) written() string {
	text := r.out.Take()
	if r.apart != nil {
		text += r.apart.take()
	}
	return text
}

// Close ends the node.
func (r *replayed) Close() {
	r.session.Close()
	r.program.close()
	r.removeData()
}

func (r *replayed) removeData() {
	if r.data != "" {
		os.RemoveAll(r.data)
	}
}
