package cli

// Completion in shells: the scripts, and what these ask.

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lunarium/console/usage"
	"lunarium/runtime/worded"
)

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

// serviceNames gives the names that a node with some flags finds on its search path
// in the folders of --path.
func serviceNames(flags []string) []string {
	f, err := parseFlags(flags)
	if err != nil {
		return nil
	}
	var names []string
	for _, dir := range f.paths {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			name, isFile := strings.CutSuffix(e.Name(), ".lua")
			if !isFile {
				if _, err := os.Stat(filepath.Join(dir, name, "init.lua")); err != nil {
					continue
				}
			}
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
