package console

import (
	"time"

	"lunarium/console/access"
	"lunarium/console/render"
	"lunarium/console/secret"
	"lunarium/inspect/crash"
	"lunarium/inspect/snapshot"
	"lunarium/inspect/supervise"
)

// This file holds what a session is opened with.

// DefaultLimit is how long a command waits for a service unless the command
// timeout sets another limit.
const DefaultLimit = 5 * time.Second

// Options say how a session looks and where it writes.
type Options struct {
	Screen  *Screen
	Palette render.Palette
	Width   func() int // columns; nil: nothing is cut
	JSON    bool
	History func() []string // the lines entered so far; nil: the session keeps its own
	// More is line.Reader's: what ends commands that would go on until somebody stops
	// them. nil: only an interrupt does.
	More func() <-chan struct{}
	// Frame is line.Reader's: what shows a text in the place of the one before. nil: what
	// goes on is shown round below round.
	Frame func(text string)
	// Picture shows a picture beside the text, an SVG without references. nil: the session
	// can't show any.
	Picture func(svg string)
	// Sessions are those of the node, of which this will be one; nil: it knows of none.
	Sessions *Sessions
	// Crashes are the errors of the node that nobody caught; nil: they are not kept.
	Crashes *crash.Log
	// Snapshots are those of the node's services; nil: none are kept.
	Snapshots *snapshot.Store
	// Supervisor keeps services of the node running; nil: none are.
	Supervisor *supervise.Supervisor
	Kind       string // shell, telnet, page or http; "": shell
	From       string // the other end of its connection
	// End closes that, from any goroutine, saying why; nil: nobody else ends the session.
	End func(why string)
	// Who is at the session; nil: who sits at the node's own shell and may do everything.
	Who *access.Principal
	// Audit is where changes are noted; nil: nowhere.
	Audit *access.Audit
	// Secrets are the names whose values who may only look does not see, and others do not see
	// in the lines that a session runs; nil: all are seen.
	Secrets *secret.Names
	// Remote sessions may not read and write the server's files.
	Remote bool
	// MayWrite decides which files commands may write; nil: all that the process may.
	MayWrite func(path string) error
	// Untimed sessions show results without the time that they took.
	Untimed bool
	// Flags are the node's command line and Greeting what it wrote before the
	// first command; a recorded session begins with them.
	Flags    []string
	Greeting string
	// Readings are what services have read before the session records; nil: nothing is known
	// of that.
	Readings *Readings
	// Patience is the least real time that a node with the virtual clock gets for
	// anything, whatever the limit of commands says: what a recorded session shows
	// must not depend on the machine's speed.
	Patience time.Duration
	// Library gives what help and completion know of the libraries; nil: nothing.
	Library func() []LibraryFunction
	aside   *presence // of the session in whose name this one runs; nil: it is one itself
}

// LibraryFunction is what help and completion know of a function of the libraries.
type LibraryFunction struct {
	Library   string `json:"library"`   // "skynet"; of methods what stands for their object, "file"
	Name      string `json:"name"`      // in full: "skynet.call", "file:read", "print"
	Signature string `json:"signature"` // the name with the parameters
	Effect    string `json:"effect"`    // what it does beside giving results, for people
	Help      string `json:"help"`      // one line
}
