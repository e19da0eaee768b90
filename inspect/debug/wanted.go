package debug

import (
	"lunarium/inspect/live"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file holds breakpoints that are wanted in whatever code comes to a service: the
// code may be loaded later, or anew.

// Wanted is a breakpoint at a line of a file, at the beginning of the functions that are
// declared by a name, or where an error is raised. Its rule is heeded in each service by
// itself.
type Wanted struct {
	ID       int    // which whoever wants it chose; not 0
	File     string // as FilePath gives it
	Chunk    string // the chunk name, of code that is from no file; "": it is
	Line     int    // it stops at the next line that has code
	Function string // as it is declared: "rooms.join"; "": a line is meant
	// Raised: an error is meant; Uncaught: one that no protected call of the task takes.
	Raised, Uncaught bool
	Rule
}

// Placement says where a breakpoint is that was wanted.
type Placement struct {
	ID   int
	Line int // 0: it is at no line
}

// CheckRule tells whether a breakpoint's rule can be heeded.
func CheckRule(n *service.Node, rule Rule) error {
	return (&breakpoint{}).setRule(n, rule)
}

// want makes these all the wanted breakpoints of the debugger, on the service's own
// thread; of those that it had the counts stay.
func (d *Debugger) want(list []Wanted) {
	before := map[int]*breakpoint{}
	var breaks []*breakpoint
	for _, b := range d.breaks {
		if b.wanted != nil {
			before[b.ID] = b
		} else {
			breaks = append(breaks, b)
		}
	}
	for i := range list {
		w := &list[i]
		if b := before[w.ID]; b != nil && *b.wanted == *w {
			breaks = append(breaks, b)
			continue
		}
		b := &breakpoint{wanted: w, line: w.Line}
		if err := b.setRule(d.svc.Node(), w.Rule); err != nil {
			continue // who wants it was told by CheckRule
		}
		b.ID = w.ID
		switch {
		case w.Uncaught:
			b.raised = uncaughtError
		case w.Raised:
			b.raised = anyError
		}
		breaks = append(breaks, b)
	}
	d.breaks = breaks
	d.rearm()
}

// placements gives where the wanted breakpoints are, of those whose code is among codes.
func (d *Debugger) placements(codes []*vm.Code) (list []Placement) {
	for _, b := range d.breaks {
		if b.wanted == nil {
			continue
		}
		for _, c := range codes {
			if b.placed || b.raised != noError {
				break
			}
			_, b.placed = d.lineIn(b, c)
		}
		if b.placed || b.raised != noError {
			list = append(list, Placement{b.ID, b.line})
		}
	}
	return list
}

// wantedIndex gives the instruction of a function at which a wanted breakpoint is; -1: it
// is not in that.
func (d *Debugger) wantedIndex(b *breakpoint, c *vm.Code) int {
	line, ok := d.lineIn(b, c)
	if !ok {
		return -1
	}
	if !b.placed {
		b.placed = true
		d.tell(Event{Kind: BreakpointPlaced, Breakpoints: []int{b.ID}, Line: line})
	}
	if b.wanted.Function != "" {
		return 0
	}
	for i, l := range c.Proto().LineInfo {
		if int(l) == line {
			return i
		}
	}
	return -1
}

// lineIn gives the line at which a wanted breakpoint is in a function's file; false: it is
// not there.
func (d *Debugger) lineIn(b *breakpoint, c *vm.Code) (line int, ok bool) {
	p := c.Proto()
	if b.wanted.Function != "" {
		if !live.OwnChunk(p.Source) || fieldOf(c.DefinedName()) != fieldOf(b.wanted.Function) {
			return 0, false
		}
		b.line = p.Line(0)
		return b.line, true
	}
	if byFile := b.wanted.Chunk == ""; byFile && d.pathOf(p.Source) != b.wanted.File || !byFile && p.Source != b.wanted.Chunk {
		return 0, false
	}
	line, _ = lineOf(withNested(live.MainChunk(c), nil), p.Source, b.wanted.Line)
	if line > 0 {
		b.line = line
	}
	return line, line > 0
}

// withNested adds a function and those that it contains to a list.
func withNested(c *vm.Code, list []*vm.Code) []*vm.Code {
	list = append(list, c)
	for _, nested := range c.Protos() {
		list = withNested(nested, list)
	}
	return list
}
