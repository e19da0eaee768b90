package usage

import (
	"io"
	"os"
)

// This file holds what a program is called with, and what it gives back.

// Exit statuses.
const (
	ExitOK     = 0
	ExitFailed = 1
	// ExitInterrupted is that of a program which Ctrl-C ended, as shells tell it.
	ExitInterrupted = 130
	ExitUsage       = 2
)

// Streams are what the program reads and writes, and the name it was called by.
type Streams struct {
	Program  string
	In       *os.File
	Out, Err io.Writer
}
