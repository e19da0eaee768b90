package lua

import (
	"io"
	"os"
	"time"

	"lunarium/runtime/vm"
)

// This file holds what the libraries may use of the world.

// Host is what the libraries of a state may use of the world outside it. All
// functions must be set; they are called on the goroutine that runs the state.
type Host struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer // each print or io.write is one Write
	// Child is what commands get as standard input, output and errors. Where it is
	// nil the input is empty and what they write is copied to Stdout and Stderr.
	Child [3]*os.File

	Now    func() time.Time            // os.time, os.date; wall or virtual
	CPU    func() time.Duration        // os.clock
	Exit   func(code int)              // os.exit; may return, the caller's error then ends the code
	Getenv func(string) (string, bool) // os.getenv
	Seed   int64                       // math.random until math.randomseed

	// Compile makes code of source text or of a precompiled chunk. chunkName
	// is as load's ("=stdin", "@file.lua", or the source itself). The error's
	// text is what load returns. stop is asked now and then; when it says true
	// the work is given up.
	Compile func(chunkName string, source []byte, stop func() bool) (*vm.Code, error)
	// LeaveInterrupts leaves what the terminal's keys send to the command that
	// os.execute has started, until undo; nil where commands have no terminal.
	LeaveInterrupts func() (undo func())
	// Chdir changes the working directory, which is the whole process's; nil where
	// that is not the code's to change.
	Chdir func(string) error
	// ReadFile reads what loadfile, dofile and require load.
	ReadFile func(path string) ([]byte, error)
	// Known gives the code that a file is to be taken to hold, nil for what it
	// does; Loaded is told of the code of each file that was loaded. nil: nobody
	// knows better, nobody wants to know.
	Known  func(path string) *vm.Code
	Loaded func(path string, code *vm.Code)

	ModulePath string // package.path
	// Module finds a module of this program, asked by require after the path; it gives
	// nil when there is none of that name. nil where there are none.
	Module    func(name string) Module
	Searchers []Searcher // asked by require after package.preload, before the path
}

// Module opens a module of this program: it gives what require returns.
type Module func(s *vm.State, host *Host) vm.Value

// Searcher finds modules that are not files. It gives nil when it has none of
// that name. The function gets the module's name and ":go:" as arguments and
// returns the module.
type Searcher func(name string) func(*vm.Thread) int
