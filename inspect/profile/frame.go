package profile

import (
	"fmt"
	"strings"

	"lunarium/runtime/bytecode"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file holds what stacks consist of, by names.

// Kind says what a frame is.
type Kind string

// What frames are.
const (
	Service  Kind = "service"  // a service's file
	Task     Kind = "task"     // what a task works on
	Function Kind = "function" // of Lua code
	Library  Kind = "library"  // a function of a library
	Wait     Kind = "wait"     // what a task waits for
	Cut      Kind = "cut"      // calls that were too many
	Other    Kind = "other"    // stacks that were too many
)

// Frame is a part of a stack.
type Frame struct {
	Kind    Kind
	Name    string
	File    string // of a function, as errors name it
	Line    int    // in the function
	Defined int    // the line at which the function begins; 0: a file's own code
	Ended   int    // the line at which it ends
	// Embedded: the function is of no file, but of a module that is part of the program, or
	// of code that was typed.
	Embedded bool
}

// Place gives where a function is defined, "ranking.lua:12"; "" when that is not known.
func (f Frame) Place() string {
	switch {
	case f.Kind != Function:
		return ""
	case f.Defined == 0:
		return f.File
	}
	return fmt.Sprintf("%s:%d", f.File, f.Defined)
}

// At gives the line, "ranking.lua:14".
func (f Frame) At() string {
	if f.Kind != Function || f.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d", f.File, f.Line)
}

// Unique gives a name that tells functions apart which have none: with their place.
func (f Frame) Unique() string {
	if f.Kind == Function && (f.Name == anonymous || f.Name == mainChunk) {
		return f.Name + " " + f.Place()
	}
	return f.Name
}

// The names of functions that have none.
const (
	anonymous = "function"
	mainChunk = "main chunk"
)

// function is the frame without its line: what all lines of a function have in common.
func (f Frame) function() Frame {
	f.Line = 0
	return f
}

// namer names what a node's profiles have seen.
type namer struct{ node *service.Node }

func (n namer) frame(s service.Spot) Frame {
	switch s.Kind {
	case service.SpotTask:
		return Frame{Kind: Task, Name: taskName(s)}
	case service.SpotLua:
		return functionFrame(s.Code, s.Line)
	case service.SpotGo:
		return Frame{Kind: Library, Name: s.Text}
	case service.SpotWait:
		return Frame{Kind: Wait, Name: n.wait(s)}
	case service.SpotCut:
		return Frame{Kind: Cut, Name: "outer calls"}
	}
	return Frame{Kind: Other, Name: "other stacks"}
}

func taskName(s service.Spot) string {
	name := s.Task.String()
	if s.Text != "" {
		name += " " + s.Text
	}
	return name
}

// functionFrame names a function after what it is assigned to where it is written; one
// without a name is told by its place.
func functionFrame(code *vm.Code, line int) Frame {
	p := code.Proto()
	f := Frame{Kind: Function, Name: code.DefinedName(), File: bytecode.ChunkID(p.Source), Line: line, Defined: p.LineDefined, Ended: p.LastLineDefined}
	f.Embedded = !strings.HasPrefix(p.Source, "@")
	switch {
	case f.Name != "":
	case f.Defined == 0:
		f.Name = mainChunk
	default:
		f.Name = anonymous
	}
	return f
}

// wait says what is waited for.
func (n namer) wait(s service.Spot) string {
	whom := func(verb string) string {
		text := verb
		if s.Dest != 0 {
			text += " " + n.node.NameOf(s.Dest)
		}
		if s.Text != "" {
			text += " " + s.Text
		}
		return text
	}
	switch s.Wait {
	case service.WaitCall:
		return whom("call")
	case service.WaitRoom:
		return whom("room in the mailbox of")
	case service.WaitAwait:
		if s.Text == "" {
			return "outside"
		}
		return s.Text
	case service.WaitToken:
		return "a wakeup"
	}
	return s.Wait.String()
}
