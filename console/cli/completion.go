package cli

import (
	"flag"
	"fmt"
	"slices"
	"strings"

	"lunarium/console/usage"
	"lunarium/runtime/worded"
)

// This file completes in shells: the scripts, and what these ask.

// runCompletion is "lunarium completion bash|zsh|fish". The scripts themselves run
// "lunarium completion ask WORD...".
func runCompletion(args []string, std usage.Streams) int {
	if len(args) > 0 && args[0] == "ask" {
		found := description().Complete(args[1:])
		if err := found.Write(std.Out); err != nil {
			return usage.ExitFailed
		}
		return usage.ExitOK
	}
	set := flag.NewFlagSet("completion", flag.ContinueOnError)
	if status, ok := readFlags(set, args, std, 1, 1); !ok {
		return status
	}
	if !slices.Contains(usage.Shells, set.Arg(0)) {
		fmt.Fprintf(std.Err, "lunarium: want %s\n", strings.Join(usage.Shells, " or "))
		return usage.ExitUsage
	}
	script, err := description().Script(set.Arg(0))
	if err != nil {
		fmt.Fprintf(std.Err, "lunarium: %s\n", worded.Text(err))
		return usage.ExitFailed
	}
	fmt.Fprint(std.Out, script)
	return usage.ExitOK
}
