package luacli

import (
	"bufio"
	"fmt"
	"strings"

	"lunarium/runtime/vm"

	"lunarium/console/usage"
	"lunarium/runtime/compile"
	"lunarium/runtime/worded"
)

// This file takes lines from a pipe.

// pipeConversation is the reference interpreter's interactive mode (lua.c,
// dotty), for lines that no terminal sends: _PROMPT and _PROMPT2 are shown, a
// line that begins with = shows the values of its expressions by print.
type pipeConversation struct {
	lua   *interpreter
	lines *bufio.Reader
}

func converseOnPipe(l *interpreter, std usage.Streams) {
	c := &pipeConversation{lua: l, lines: bufio.NewReader(std.In)}
	l.in.Reader = c.lines
	for {
		source, ok := c.chunk()
		if !ok {
			break
		}
		values, err := l.call(l.load, vm.String(source), vm.String("=stdin"))
		if err == nil && first(values).IsNil() {
			err = &failure{values[1]}
		}
		if err == nil {
			lower := l.signals.raise()
			values, err = l.call(values[0])
			lower()
		}
		if err == nil && len(values) > 0 {
			_, err = l.call(l.state.Globals.GetString("print"), values...)
		}
		if err != nil {
			fmt.Fprintln(&l.err, worded.Text(err))
		}
	}
	fmt.Fprintln(&l.out)
}

// chunk reads lines until they make a chunk or can't.
func (c *pipeConversation) chunk() (source string, ok bool) {
	source, ok = c.line("_PROMPT", "> ")
	if expression, shown := strings.CutPrefix(source, "="); shown {
		source = "return " + expression
	}
	for ok {
		if _, err := compile.Source("=stdin", []byte(source)); !compile.Incomplete(err) {
			return source, true
		}
		var next string
		next, ok = c.line("_PROMPT2", ">> ")
		source += "\n" + next
	}
	return "", false
}

func (c *pipeConversation) line(prompt, standard string) (string, bool) {
	if text, ok := vm.ToString(c.lua.state.Globals.GetString(prompt)); ok {
		standard = text
	}
	fmt.Fprint(&c.lua.out, standard)
	text, err := c.lines.ReadString('\n')
	if err != nil && text == "" {
		return "", false
	}
	return strings.TrimSuffix(text, "\n"), true
}
