package debugger

import (
	"fmt"
	"sync"

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
	toldEnd    bool   // that the service has ended
	frame      int    // that is looked at
	listed     int    // the line that list shows next; 0: around the frame
	last       string // the step that an empty line repeats
	shown      string // the function that was shown last
	background []*backgroundTask
}

func (m *prompt) ended() bool {
	select {
	case <-m.service.Gone():
		return true
	default:
		return false
	}
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
