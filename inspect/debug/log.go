package debug

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file is what logging points write: the text with what stands in braces evaluated,
// and no more lines than people can read.

const (
	// logRate is how many lines of all logging points are written in a second of the
	// service's time; the others are counted.
	logRate = 100
	// waitingLines is how many may wait for the console.
	waitingLines = 1000
	// logValue is how many bytes of a value are written.
	logValue = 200
)

// parseLog takes a logging point's text apart.
func parseLog(compile func(name string, text []byte) (*vm.Code, error), text string) (parts []logPart, err error) {
	for text != "" {
		plain, rest, found := strings.Cut(text, "{")
		if plain != "" {
			parts = append(parts, logPart{text: plain})
		}
		if !found {
			break
		}
		end := closingBrace(rest)
		if end < 0 {
			return nil, errors.New(`the text has a { that is not closed; {"{"} writes one`)
		}
		code, err := compile("=log", []byte("return "+rest[:end]))
		if err != nil {
			return nil, err
		}
		parts = append(parts, logPart{text: rest[:end], code: code})
		text = rest[end+1:]
	}
	return parts, nil
}

// closingBrace gives where the brace closes that stands before a text; -1: it does not.
// Braces within strings of Lua are none.
func closingBrace(text string) int {
	depth, quote := 1, byte(0)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quote != 0 && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// log writes the line of a logging point that a thread has come to, unless there are too
// many. failed is why its condition could not be evaluated, or nil.
func (d *Debugger) log(b *breakpoint, t *vm.Thread, failed *vm.Error) {
	if !d.mayLog() {
		b.LeftOut++
		return
	}
	var text strings.Builder
	if failed != nil {
		fmt.Fprintf(&text, "the condition %s failed: %s", b.If, service.ExplainIn(t, failed))
	} else {
		sc := d.newScope(t, standsAt(t))
		defer sc.close()
		env := sc.environment()
		for _, part := range b.parts {
			if part.code == nil {
				text.WriteString(part.text)
				continue
			}
			fn := t.State().NewClosure(part.code, env)
			v, failed := t.Debug().TryBriefly(conditionPolls, fn, varargs(t, standsAt(t))...)
			if failed != nil {
				fmt.Fprintf(&text, "{%s: %s}", part.text, service.ExplainIn(t, failed))
				continue
			}
			text.WriteString(logged(v))
		}
	}
	info, _ := d.own.Debugging().TaskInfo(t.State().Task())
	e := Event{Kind: TaskLogged, Task: info, Reason: b.reason(), Where: FrameAt(t, standsAt(t)), Text: text.String()}
	e.Path = d.pathOf(e.Where.source)
	d.tell(e)
}

// logged gives the text of a value in a log line: a string as it is, anything else as Lua
// writes it.
func logged(v vm.Value) string {
	if text, ok := vm.ToString(v); ok {
		if len(text) > logValue {
			text = text[:logValue] + "…"
		}
		return text
	}
	var room [logValue]byte
	n, _ := message.Excerpt(room[:], []vm.Value{v})
	text, _ := message.ExcerptText(string(room[:n]))
	return text
}

// mayLog tells whether a line may be written now, and counts it, or what is left out.
func (d *Debugger) mayLog() bool {
	second := d.own.Elapsed() / time.Second
	d.mu.Lock()
	defer d.mu.Unlock()
	if second != d.logSecond {
		d.logSecond, d.logLines = second, 0
	}
	if d.logLines < logRate && len(d.news) < waitingLines {
		d.logLines++
		return true
	}
	d.leftOut++
	return false
}
