// Lunarium runs Lua services against the skynet API and carries the console
// through which they are operated. See docs/ for the guide.
package main

import (
	"fmt"
	"io"
	"os"
)

// version is what "lunarium version" says.
const version = "0.1"

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// streams are what the program reads and writes.
type streams struct {
	in       *os.File
	out, err io.Writer
}

func main() {
	os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// verbs are the first words that choose something other than a node.
var verbs = map[string]func(args []string, std streams) int{
	"attach":  runAttach,
	"lua":     runLua,
	"replay":  runReplay,
	"help":    func(_ []string, std streams) int { fmt.Fprint(std.out, usage); return exitOK },
	"version": func(_ []string, std streams) int { fmt.Fprintln(std.out, "lunarium "+version); return exitOK },
}

func run(args []string, std streams) int {
	if len(args) > 0 {
		if verb, ok := verbs[args[0]]; ok {
			return verb(args[1:], std)
		}
	}
	return runNode(args, std)
}
