package cli

// What the program is called with, and what it gives back.

import (
	"io"
	"os"
)

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// Streams are what the program reads and writes, and the name it was called by.
type Streams struct {
	Program  string
	In       *os.File
	Out, Err io.Writer
}

// Run does what a command line says and gives the exit status: 0, 1 for a
// failure, 2 for bad usage, or what the node was stopped with. Called by the name
// lua it is plain Lua.
func Run(args []string, std Streams) int {
	tuneHeap()
	if calledLua(std.Program) {
		return runLua(args, std)
	}
	if len(args) > 0 {
		for _, c := range commands() {
			if c.Name == args[0] {
				return c.run(args[1:], std)
			}
		}
	}
	return runNode(args, std)
}
