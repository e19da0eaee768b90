package debug

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"lunarium/inspect/live"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file holds a debugger: its breakpoints, the tasks that stand, and the news for
// the one who debugs.

// Debugger stops tasks of one service and looks into them. Its methods may be
// called from any goroutine; what is not guarded by mu belongs to the service's
// own thread.
type Debugger struct {
	svc     *service.Service
	own     service.Self // svc on its own thread, where alone it is used
	breaks  []*breakpoint
	lastID  int
	stops   map[*vm.Code]map[int][]*breakpoint // by instruction; filled when code is first seen
	stepper *stepper                           // how far the task that steps goes
	pause   bool                               // the next Lua line stops
	pausing *vm.Thread                         // a task that is to stop where it is
	begun   *begun                             // a task that awaits its handler's first line
	reason  string                             // why Stop or Raised just said true
	hits    []int                              // the breakpoints among the reasons
	caught  bool                               // what Raised was told
	note    string
	scopes  []*scope // of code that was evaluated since the task stopped
	// searched are variables that code named and only a search of the heap found.
	searched []live.Variable
	stood    []*stood // stopped tasks, the first is the one that is looked at
	group    *Group   // nil: it is none's
	member   member
	refs     references
	files    map[string]string // by chunk name, what FilePath gives of its file; "": it is of none

	mu        sync.Mutex
	news      []Event
	changed   chan struct{} // closed while there is news
	logSecond time.Duration // of the service's time, in which logLines were written
	logLines  int
	leftOut   int // lines that were not written and that nobody was told of
	passed    int // tasks that passed because so many stand, likewise
}

// stood is a task that stands.
type stood struct {
	task  *vm.Thread
	event Event
}

// EventKind says what happened to a task.
type EventKind string

// What may happen to a task of a debugged service.
const (
	TaskStopped EventKind = "stopped"
	TaskWaits   EventKind = "waits" // a task that was let go waits for something
	TaskEnded   EventKind = "ended" // a task that was let go has ended
	// TaskMissed: a task came to a breakpoint inside a library function that calls Lua,
	// where it can't stop. It is told once for each task.
	TaskMissed EventKind = "missed"
	TaskLogged EventKind = "logged" // a task came by a logging point
	// LinesLeftOut: logging points had more to write than is written in a second.
	LinesLeftOut EventKind = "left out"
	// TasksPassed: tasks came to breakpoints while as many stood as may.
	TasksPassed EventKind = "passed"
	// ServiceEnded: the service that a Group debugs is gone.
	ServiceEnded EventKind = "service ended"
	// BreakpointPlaced: the code of a Wanted breakpoint has come to the service.
	BreakpointPlaced EventKind = "placed"
)

// Event is something that the one who debugs wants to know.
type Event struct {
	Kind   EventKind
	Task   service.TaskInfo
	Reason string // why it stopped: "breakpoint 1", "step"
	Note   string // what went wrong with a condition, or ""
	Where  Frame  // TaskStopped, TaskMissed, TaskLogged
	Inside string // TaskMissed: the library function, "" when it is not known
	// Error is the text of the error that the task stopped at, nil when it stopped at none;
	// Caught tells whether a protected call takes it.
	Error  *string
	Caught bool
	Text   string // TaskLogged: what it wrote
	Count  int    // LinesLeftOut, TasksPassed: how many, since the last time
	Frame  int    // that Where is: not the innermost when a library function raised the error
	// Breakpoints are the numbers of those that a task stopped at, or that was placed; Line
	// is where that is now. Path is the file of Where.
	Breakpoints []int  `json:"-"`
	Line        int    `json:"-"`
	Path        string `json:"-"`
}

// do runs f on the service's own thread.
func (d *Debugger) do(ctx context.Context, f func(*vm.State) error) error {
	var failure error
	err := d.svc.Do(ctx, func(own service.Self) {
		d.own = own
		failure = f(own.State())
	})
	return errors.Join(err, failure)
}

// Changed is closed while there is news.
func (d *Debugger) Changed() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changed
}

// News takes what has happened since it was last asked.
func (d *Debugger) News() []Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	news := d.news
	if len(news) > 0 {
		d.news, d.changed = nil, make(chan struct{})
	}
	if d.leftOut > 0 {
		news = append(news, Event{Kind: LinesLeftOut, Count: d.leftOut})
		d.leftOut = 0
	}
	if d.passed > 0 {
		news = append(news, Event{Kind: TasksPassed, Count: d.passed})
		d.passed = 0
	}
	return news
}

func (d *Debugger) tell(e Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.news = append(d.news, e); len(d.news) == 1 {
		close(d.changed)
		if d.group != nil {
			d.group.hasNews(d)
		}
	}
}

func (d *Debugger) tellTask(kind EventKind, task *vm.Thread) {
	info, _ := d.own.Debugging().TaskInfo(task)
	d.tell(Event{Kind: kind, Task: info})
}

// ErrRunning: no task stands, so that there is nothing to look at.
var ErrRunning = errors.New("no task stands")

// Breakpoint is a breakpoint as people see it.
type Breakpoint struct {
	ID    int
	Where string // "chat.lua:30, in join", "the next lua message" or "an error"
	Rule
	Hits    int // times that a task came there and the condition held
	Stops   int // times that one stopped
	Missed  int // times that it could not stop: inside sort, gsub, a metamethod called by a library
	LeftOut int // lines of a logging point that were not written, because there were too many
}

// Rule says which tasks a breakpoint stops of those that come there.
type Rule struct {
	If    string // a condition, or ""
	After int    // it stops from this time on that the condition holds; 0: from the first
	Every int    // and then each so manieth time; 0: each
	Log   string // what is written in place of stopping, with expressions in braces; "": it stops
}

// breakpoint is a place to stop at: a line of a file, the next message that a
// watch waits for, or where an error is raised.
type breakpoint struct {
	Breakpoint
	source    string // chunk name
	line      int
	entry     int     // the line where the function begins, that is stopped at; 0: at a line
	wanted    *Wanted // it is at whatever code that means
	placed    bool    // such code is there
	watch     *watch
	raised    errorKind
	condition *vm.Code
	parts     []logPart  // of Log
	decide    vm.Value   // a Lua function in place of the condition
	missedIn  *vm.Thread // the task that last came there where it can't stop
}

// logPart is a piece of a logging point's text: as it stands, or an expression.
type logPart struct {
	text string
	code *vm.Code
}

// reason says what a breakpoint is, as the reason of a stop.
func (b *breakpoint) reason() string {
	if b.watch != nil {
		return "watch " + strconv.Itoa(b.ID)
	}
	return "breakpoint " + strconv.Itoa(b.ID)
}

// conditionPolls is how many polls of the machine a condition may take, about 0.1 s.
const conditionPolls = 2000

// errorKind says which errors a breakpoint stops at.
type errorKind uint8

const (
	noError errorKind = iota
	anyError
	uncaughtError
)

// watch waits for a message.
type watch struct {
	typ     message.Type
	command string // its first value; "" is any
}

// begun is a task that a watch has chosen.
type begun struct {
	task       *vm.Thread
	breakpoint *breakpoint
	handler    *vm.Code // nil: the first line of the service's own code
}

// scope is what code that is evaluated in a frame can name: the frame's local
// variables, its upvalues, the globals, then the service's own variables.
type scope struct {
	d      *Debugger
	places map[string]live.Place // nil when the frame is gone
	env    vm.Value              // where the frame's function has its globals
	rest   vm.Value              // Environment, made when it is first needed
	st     *vm.State
}
