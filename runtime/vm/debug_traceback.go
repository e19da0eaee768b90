package vm

import (
	"fmt"
	"strings"

	"lunarium/runtime/bytecode"
)

// This file holds tracebacks.

// Levels of a traceback that are shown at its top and its end (LEVELS1, LEVELS2).
const (
	tracebackTop = 12
	tracebackEnd = 10
)

// Traceback gives message, a line break unless it is empty, and the stack from
// a level on, as debug.traceback does (luaL_traceback).
func (d ThreadDebug) Traceback(message string, level int) string {
	t := d.t
	var b strings.Builder
	if message != "" {
		b.WriteString(message)
		b.WriteByte('\n')
	}
	b.WriteString("stack traceback:")
	t.traceLevels(&b, level)
	return b.String()
}

func (t *Thread) traceLevels(b *strings.Builder, level int) {
	if level < 0 {
		return
	}
	depth := t.calls()
	mark := -1
	if depth-1 > tracebackTop+tracebackEnd {
		mark = tracebackTop - 1
	}
	for ; level < depth; level++ {
		if level == mark {
			b.WriteString("\n\t...")
			level = depth - 1 - tracebackEnd
		}
		info, _ := t.callInfo(level)
		b.WriteString("\n\t" + info.ShortSource + ":")
		if info.CurrentLine > 0 {
			fmt.Fprintf(b, "%d:", info.CurrentLine)
		}
		b.WriteString(" in " + t.describe(&info))
		if info.IsTailCall {
			b.WriteString("\n\t(...tail calls...)")
		}
	}
}

func (t *Thread) describe(info *CallInfo) string {
	switch {
	case info.NameWhat != "":
		return "function '" + info.Name + "'"
	case info.What == "main":
		return "main chunk"
	case info.What == "C":
		if global := t.state.globalName(info.Func); global != "" {
			return "function '" + global + "'"
		}
		return "?"
	}
	return fmt.Sprintf("function <%s:%d>", info.ShortSource, info.LineDefined)
}

func (s *State) taskTraceback(task *Thread) string {
	var b strings.Builder
	b.WriteString("stack traceback:")
	t := task.innermost()
	if s.task == task && s.running != nil {
		t = s.running
	}
	for ; t != nil; t = t.resumer {
		t.traceLevels(&b, 0)
	}
	return b.String()
}

// taskPlace gives the line that the innermost function from a file stands at,
// "main.lua:12"; one that came from a string when there is no other, "" when there is none.
func (s *State) taskPlace(task *Thread) string {
	t := task.innermost()
	if s.task == task && s.running != nil {
		t = s.running
	}
	fallback := ""
	for ; t != nil; t = t.resumer {
		for level := range t.calls() {
			code, line := t.Debug().Place(level)
			if code == nil {
				continue
			}
			place := func() string { return fmt.Sprintf("%s:%d", bytecode.ChunkID(code.proto.Source), line) }
			if strings.HasPrefix(code.proto.Source, "@") {
				return place()
			}
			if fallback == "" {
				fallback = place()
			}
		}
	}
	return fallback
}

// noteTraceback records where an error was raised, unless a protected call
// will take it.
func (s *State) noteTraceback(e *Error) {
	if e.Traceback != "" || s.task == nil {
		return
	}
	if !s.catches(e, nil, 0) {
		e.Traceback = s.taskTraceback(s.task)
	}
}
