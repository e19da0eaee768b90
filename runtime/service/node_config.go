package service

import (
	"time"

	"lunarium/runtime/host"
	"lunarium/runtime/message"
)

// This file holds how a node is made.

// Config says how a node is made. Open is required.
type Config struct {
	// Workers is the number of goroutines that run services; 0 is GOMAXPROCS. With
	// the virtual clock there is always one.
	Workers int
	// Virtual chooses the clock that moves only when told; Epoch is its first
	// instant. With the real clock Epoch is ignored.
	Virtual bool
	Epoch   time.Time
	// Shuffle chooses the services that run, and where they give way, at random from this seed;
	// 0: in turn. Only with the virtual clock.
	Shuffle uint64
	// Path lists the patterns of service files, '?' being the service's name.
	Path []string
	// Texts are what files of services and modules are taken to hold, by their paths, when a
	// service loads them; a reload reads the files. nil: what they do hold.
	Texts map[string]string
	// Builtin are the services that the libraries bring: their sources by name. They
	// go before files.
	Builtin map[string]string
	// Env is the first content of getenv.
	Env map[string]string
	// MailboxLimit is the number of messages from which on a mailbox is full and
	// its senders wait or fail; 0 is none.
	MailboxLimit int
	// StrictExit makes exit in a start function the real exit in every case.
	StrictExit bool
	// MemLimit bounds the memory of each service's state, in bytes; 0 is no bound.
	MemLimit int
	// Files is how many files (descriptors) each service may have open; AllFiles, how
	// many all of them together; 0 is no bound.
	Files, AllFiles int
	// Seed goes into the hashes of every state's strings.
	Seed uint32
	// Output takes prints and log lines; nil drops them (Logs keeps the lines).
	Output Output
	// Open gives a new service's state its libraries. It runs on the service's
	// own thread before the main chunk.
	Open func(Self) error
	// Recorder is how many of its latest messages each service keeps for people to look
	// at; 0: none.
	Recorder int
	// Traced: one of so many messages from outside begins a trace; 0: none does.
	Traced int
	// Known are strings that the constants of all code share the bytes of: the
	// names in the libraries, so that they are found by comparing pointers.
	Known []string
	// ShutdownWait bounds how long Shutdown waits for services; 0 is 5 s.
	ShutdownWait time.Duration
	// Inspected is told the processor time, or a bit more, of each piece of work that somebody outside has
	// done on a service's thread, whose messages wait meanwhile. It is called there. nil:
	// nothing is measured.
	Inspected func(processor time.Duration)
	// Crashed is told of each error that nobody caught, on the service's own thread and
	// before anybody else hears of it, and gives it a number. nil: nobody is told.
	Crashed func(Crash) (number uint64)
	// Given completes what services read, in the place of the world, as host.Readings.Given does;
	// place is "main.lua:7". nil: they read the world.
	Given func(r *Reading, place string) bool
	// Ended is told of each service that has ended, on its own thread, unless the node stops
	// or shuts down. What it launches then begins before the node comes to rest. nil: nobody
	// is told.
	Ended func(Ended)
}

// Reading is what a service has read of the world outside the node.
type Reading struct {
	host.Reading
	Service message.Address
}

// Output takes what services write. Its methods are called from any goroutine,
// one at a time, in the order in which things happened.
type Output interface {
	// Print takes what Lua's print wrote, newline included.
	Print(from message.Address, text string)
	// Log takes one entry of the log.
	Log(LogEntry)
}
