package replay

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// This file runs a transcript and compares.

// Runner is a fresh node with one session, as a transcript needs it.
type Runner interface {
	// Execute runs one line of input and gives everything that the session and
	// the services wrote until the node was quiet again. A command that mayWait may
	// wait for time to pass; the next call is Pass then.
	Execute(ctx context.Context, input string, mayWait bool) string
	// Pass lets time pass, and gives what was written then. What waits for more time
	// afterwards is given up.
	Pass(ctx context.Context, d time.Duration) string
	// Close ends the node.
	Close()
}

// Start makes a Runner for a transcript, by its flags, and gives what was written
// while the node started.
type Start func(ctx context.Context, t *Transcript) (r Runner, startup string, err error)

// Difference is an input whose output is not the recorded one.
type Difference struct {
	Path      string
	Line      int
	Input     string // the step's line; "" for the output of the start
	Want, Got []string
}

// Error names the place; the texts are for the caller to show.
func (d *Difference) Error() string {
	if d.Input == "" {
		return fmt.Sprintf("%s:%d: the node's start printed something else", d.Path, d.Line)
	}
	return fmt.Sprintf("%s:%d: %s printed something else", d.Path, d.Line, d.Input)
}

// Run runs a transcript on a fresh node and gives the differences. The
// transcript that comes back has what was really printed in their place.
func Run(ctx context.Context, t *Transcript, start Start) (differences []*Difference, got *Transcript, err error) {
	r, startup, err := start(ctx, t)
	if err != nil {
		return nil, nil, fmt.Errorf("%s:%d: %w", t.Path, max(t.CommandLine, t.Line), err)
	}
	defer r.Close()
	fresh := *t
	fresh.Steps = append([]Step(nil), t.Steps...)
	fresh.Startup = Output{Expected: OutputLines(startup)}
	for i := range fresh.Steps {
		step := &fresh.Steps[i]
		text := ""
		if step.Passes > 0 {
			text = r.Pass(ctx, step.Passes)
		} else {
			text = r.Execute(ctx, step.Input, i+1 < len(fresh.Steps) && fresh.Steps[i+1].Passes > 0)
		}
		step.Output = Output{Expected: OutputLines(text)}
	}
	differences = Compare(t, &fresh)
	fresh.keepNotes(t)
	return differences, &fresh, nil
}

// Compare gives the outputs of a transcript that are other ones in a later run of it.
func Compare(before, after *Transcript) []*Difference {
	var differences []*Difference
	path := after.Path
	compare := func(line int, input string, before, after []string) {
		if !slices.Equal(before, after) {
			differences = append(differences, &Difference{path, line, input, before, after})
		}
	}
	compare(after.CommandLine, "", before.Startup.Expected, after.Startup.Expected)
	for i := range after.Steps {
		step := &after.Steps[i]
		compare(step.Line, step.text(), before.Steps[i].Output.Expected, step.Output.Expected)
	}
	return differences
}

// keepNotes takes over the comments inside outputs that have not changed.
func (t *Transcript) keepNotes(from *Transcript) {
	keep := func(o, was *Output) {
		if slices.Equal(o.Expected, was.Expected) {
			*o = *was
		}
	}
	keep(&t.Startup, &from.Startup)
	for i := range t.Steps {
		keep(&t.Steps[i].Output, &from.Steps[i].Output)
	}
}
