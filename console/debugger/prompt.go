package debugger

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/debug"
	"lunarium/runtime/service"
)

// This file holds the prompt that debugs one service.

// prompt is the mode that debugs one service. The session's goroutine and
// the one that tells about news share it under busy.
type prompt struct {
	operator *console.Operator
	service  *service.Service
	d        *debug.Debugger
	words    *console.Table
	done     chan struct{}

	busy       sync.Mutex // held while a line is worked on or news is told
	left       bool
	toldEnd    bool         // that the service has ended
	frame      atomic.Int64 // that is looked at; Tab asks for it while news is told
	listed     int          // the line that list shows next; 0: around the frame
	last       string       // the step that an empty line repeats
	shown      string       // the function that was shown last
	background []*backgroundTask
}

// lookAt makes a frame the one that is looked at.
func (m *prompt) lookAt(frame int) {
	m.frame.Store(int64(frame))
	m.listed = 0
}

func (m *prompt) lookedAt() int { return int(m.frame.Load()) }

func (m *prompt) ended() bool {
	select {
	case <-m.service.Gone():
		return true
	default:
		return false
	}
}

// wordOf gives the word that a line begins with, and what follows it; nil: the line is Lua,
// as one is that assigns to a variable of that name.
func (m *prompt) wordOf(text string) (word *console.Command, args string) {
	name, args := console.CutWord(text)
	word, ok := m.words.Named(name)
	if !ok || strings.HasPrefix(args, "=") && !strings.HasPrefix(args, "==") {
		return nil, text
	}
	return word, args
}

// count reads how many times a word is meant; once when nothing follows it.
func (m *prompt) count(word, args string) (int, error) {
	if args == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(args)
	if err != nil || n < 1 {
		return 0, m.words.Usage(word)
	}
	return n, nil
}

// tellEnd says once that the service has ended. The prompt stays: whoever types quit
// next means the debugger, and not the node.
func (m *prompt) tellEnd() {
	if !m.toldEnd {
		m.toldEnd = true
		m.operator.Reply(map[string]string{"ended": m.service.Address().String()}, m.operator.Paint(render.Warning, console.Title(m.service)+" has ended; quit goes back to commands"))
	}
}

func (m *prompt) taskName(t *service.TaskInfo) string {
	return m.operator.Paint(render.Key, fmt.Sprintf("task %d", t.ID))
}
