package cli

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"os/signal"
	"strings"

	"lunarium/console/usage"
	"lunarium/runtime/visible"
	"lunarium/runtime/worded"
)

// This file holds the command replay.

// runReplay is "lunarium replay [-update] FILE...".
func runReplay(args []string, std usage.Streams) int {
	set := flag.NewFlagSet("replay", flag.ContinueOnError)
	update := set.Bool("update", false, "")
	var orders shuffled
	set.Var(&orders, "shuffle", "")
	if status, ok := readFlags(set, args, std, 1, math.MaxInt); !ok {
		return status
	}
	if *update && orders.given() {
		fmt.Fprintln(std.Err, "lunarium: -update writes down what happens in turn: leave --shuffle out")
		return usage.ExitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	status := usage.ExitOK
	var all tally
	for _, path := range set.Args() {
		ok, err := all.replay(ctx, path, *update, std)
		if ok && err == nil && orders.given() {
			ok, err = all.shuffle(ctx, path, orders, std)
		}
		if err != nil {
			fmt.Fprintf(std.Err, "lunarium: %s\n", worded.Text(err))
		}
		if !ok || err != nil {
			status = usage.ExitFailed
		}
		if all.stopped {
			status = usage.ExitInterrupted
			break
		}
	}
	switch {
	case all.transcripts > 0:
		fmt.Fprintln(std.Out, all.String())
	case status == usage.ExitOK:
		fmt.Fprintf(std.Err, "lunarium: %s: no transcript in it\n", visible.Line(strings.Join(set.Args(), ", ")))
		status = usage.ExitFailed
	}
	return status
}
