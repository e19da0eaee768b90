package service

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"lunarium/runtime/message"
)

// This file is a sequential model of a node: what doc.go says of order, in the
// simplest form. TestModel compares it with the node itself.

// modelOp is one step of a program; its kind decides which fields count.
type modelOp struct {
	kind   string
	to     message.Address // send, call, kill
	prog   int             // send, call, fork, timeout, later, start
	ti     int             // timeout, later (without a handle), sleep
	token  string          // sleep, wait, wakeup
	number int             // log, ret
}

type modelNode struct {
	programs [][]modelOp
	services map[message.Address]*modelService
	last     message.Address
	fresh    []*modelService
	spent    []*modelService
	row      int
	next     *modelService // the worker's
	turns    int
	now      int // in ticks
	timers   []*modelTimer
	timerIDs int
	dead     int // letters
	printed  []string
}

type modelTimer struct {
	due, id int
	service *modelService
	session int
}

type modelService struct {
	node     *modelNode
	address  message.Address
	place    uint32
	begin    bool
	prog     int             // of the start function
	launched func(ok string) // who launched it: "ok", "exited" or "failed"
	killed   bool
	ending   string // "" or why: "exited", "failed"
	inbox    []*modelMessage
	taken    []*modelMessage // of the inbox, when the worker last looked
	session  int
	sessions map[int]*modelTask
	tokens   map[string]*modelTask
	woken    []*modelTask
	forks    []*modelTask
	live     []*modelTask // the oldest first
	handle   *modelTask   // of the last fork or time-out
}

type modelMessage struct {
	source  message.Address // of a request
	session int
	answer  bool
	ok      bool // of an answer
	value   string
	prog    int
}

type modelTask struct {
	service  *modelService
	kind     TaskKind
	prog, pc int
	message  *modelMessage
	answered bool
	dropped  bool
	session  int // that it waits for
	token    string
	timer    *modelTimer
	result   func(m *modelMessage) // what the answer is printed as
}

func (n *modelNode) launch(prog int, w bool, launched func(string)) *modelService {
	n.last++
	s := &modelService{
		node: n, address: n.last, begin: true, prog: prog, launched: launched,
		sessions: map[int]*modelTask{}, tokens: map[string]*modelTask{},
	}
	n.services[s.address] = s
	s.notify(w)
	return s
}

// deliver is Node.deliver; w tells that the worker itself delivers.
func (n *modelNode) deliver(to message.Address, m *modelMessage, w bool) bool {
	s := n.services[to]
	if s == nil {
		return false
	}
	s.inbox = append(s.inbox, m)
	s.notify(w)
	return true
}

func (s *modelService) notify(w bool) {
	switch {
	case s.place == runRunning:
		s.place = runNotified
	case s.place != runIdle:
	case w && s.node.next == nil:
		s.place, s.node.next = runQueued, s
	default:
		s.place = runQueued
		s.node.fresh = append(s.node.fresh, s)
	}
}

// settle runs the worker until nothing is left to do.
func (n *modelNode) settle() {
	for {
		s := n.next
		if s != nil && (n.turns < fairTurns || len(n.fresh)+len(n.spent) == 0) {
			n.next = nil
			n.turns++
		} else {
			n.turns = 0
			if s != nil {
				n.fresh, n.next = append(n.fresh, s), nil
			}
			if s = n.pop(); s == nil {
				return
			}
		}
		s.serve()
	}
}

func (n *modelNode) pop() (s *modelService) {
	if len(n.fresh)+len(n.spent) == 0 {
		return nil
	}
	queue := &n.fresh
	if n.row++; n.row > fairTurns || len(n.fresh) == 0 {
		n.row = 0
		if len(n.spent) > 0 {
			queue = &n.spent
		}
	}
	s, *queue = (*queue)[0], (*queue)[1:]
	return s
}

// advance is Clock.Advance.
func (n *modelNode) advance(ticks int) {
	target := n.now + ticks
	for {
		n.settle()
		slices.SortFunc(n.timers, func(a, b *modelTimer) int {
			return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.id, b.id))
		})
		if len(n.timers) == 0 || n.timers[0].due > target {
			n.now = target
			return
		}
		n.now = n.timers[0].due
		for len(n.timers) > 0 && n.timers[0].due == n.now {
			t := n.timers[0]
			n.timers = n.timers[1:]
			n.deliver(t.service.address, &modelMessage{session: t.session, answer: true, ok: true}, false)
		}
	}
}

func (s *modelService) serve() {
	s.place = runRunning
	for steps := 0; ; {
		if s.killed {
			s.ending = "failed"
		}
		if s.begin && s.ending == "" {
			s.begin = false
			s.run(s.newTask(TaskStart, s.prog))
		}
		if s.ending != "" {
			s.end()
			return
		}
		if steps >= sliceMessages {
			s.place = runQueued
			s.node.spent = append(s.node.spent, s)
			return
		}
		if s.step() {
			steps++
			continue
		}
		if s.place != runNotified {
			s.place = runIdle
			return
		}
		s.place = runRunning
	}
}

func (s *modelService) step() bool {
	var t *modelTask
	switch {
	case len(s.woken) > 0:
		t, s.woken = s.woken[0], s.woken[1:]
		if !t.dropped {
			s.node.say(s, "true", "BREAK")
			s.run(t)
		}
	case len(s.forks) > 0:
		t, s.forks = s.forks[0], s.forks[1:]
		if !t.dropped {
			s.run(t)
		}
	default:
		if len(s.taken) == 0 {
			s.taken, s.inbox = s.inbox, nil
		}
		if len(s.taken) == 0 {
			return false
		}
		m := s.taken[0]
		s.taken = s.taken[1:]
		s.dispatch(m)
	}
	return true
}

func (s *modelService) dispatch(m *modelMessage) {
	if !m.answer {
		t := s.newTask(TaskMessage, m.prog)
		t.message, t.answered = m, m.session == 0
		s.run(t)
		return
	}
	t := s.sessions[m.session]
	if t == nil {
		return
	}
	t.timer = nil
	s.leaveWait(t)
	if t.result != nil {
		result := t.result
		t.result = nil
		result(m)
	}
	s.run(t)
}

func (s *modelService) newTask(kind TaskKind, prog int) *modelTask {
	t := &modelTask{service: s, kind: kind, prog: prog}
	s.live = append(s.live, t)
	return t
}

func (s *modelService) drop(t *modelTask) {
	s.leaveWait(t)
	t.dropped = true
	s.live = slices.DeleteFunc(s.live, func(other *modelTask) bool { return other == t })
}

func (s *modelService) leaveWait(t *modelTask) {
	if t.session != 0 {
		delete(s.sessions, t.session)
		t.session = 0
	}
	if t.token != "" {
		delete(s.tokens, t.token)
		t.token = ""
	}
	if t.timer != nil {
		timer := t.timer
		t.timer = nil
		s.node.timers = slices.DeleteFunc(s.node.timers, func(other *modelTimer) bool { return other == timer })
	}
}

// waits gives the task a session that it waits for.
func (s *modelService) waits(t *modelTask) int {
	s.session++
	t.session = s.session
	s.sessions[t.session] = t
	return t.session
}

// alarm answers a task's new session after ti ticks.
func (s *modelService) alarm(t *modelTask, ti int) {
	session := s.waits(t)
	if ti <= 0 {
		s.node.deliver(s.address, &modelMessage{session: session, answer: true, ok: true}, true)
		return
	}
	s.node.timerIDs++
	t.timer = &modelTimer{s.node.now + ti, s.node.timerIDs, s, session}
	s.node.timers = append(s.node.timers, t.timer)
}

// run runs a task until it waits or has ended.
func (s *modelService) run(t *modelTask) {
	for t.pc < len(s.node.programs[t.prog]) {
		o := s.node.programs[t.prog][t.pc]
		t.pc++
		switch modelOps[o.kind](s, t, o) {
		case modelWaits:
			return
		case modelFails:
			s.finish(t, false)
			return
		}
	}
	s.finish(t, true)
}

func (s *modelService) finish(t *modelTask, well bool) {
	switch {
	case t.kind == TaskStart:
		s.drop(t)
		s.began(well)
		return
	case !t.answered && t.message != nil:
		t.answered = true
		s.node.deliver(t.message.source, &modelMessage{session: t.message.session, answer: true}, false)
	}
	s.drop(t)
}

func (s *modelService) began(well bool) {
	outcome := "ok"
	if !well {
		outcome, s.ending = "failed", "failed"
	}
	s.tell(outcome)
}

func (s *modelService) tell(outcome string) {
	if launched := s.launched; launched != nil {
		s.launched = nil
		launched(outcome)
	}
}

func (s *modelService) end() {
	s.place = runEnded
	if s.node.services[s.address] == s {
		delete(s.node.services, s.address)
	}
	refuse := func(m *modelMessage) {
		s.node.deliver(m.source, &modelMessage{session: m.session, answer: true}, false)
	}
	for _, t := range slices.Clone(s.live) {
		s.leaveWait(t)
		if t.message != nil && !t.answered {
			refuse(t.message)
		}
	}
	for _, m := range append(s.taken, s.inbox...) {
		switch {
		case m.answer:
		case m.session != 0:
			refuse(m)
		default:
			s.node.dead++
		}
	}
	s.tell(s.ending)
	s.live = nil
}

func (n *modelNode) say(s *modelService, words ...any) {
	n.printed = append(n.printed, fmt.Sprintf("%s %s", s.address, strings.TrimSuffix(fmt.Sprintln(words...), "\n")))
}

// What an operation did to its task.
type modelOutcome int

const (
	modelGoesOn modelOutcome = iota
	modelWaits
	modelFails
)

var modelOps = map[string]func(*modelService, *modelTask, modelOp) modelOutcome{
	"log": func(s *modelService, _ *modelTask, o modelOp) modelOutcome {
		s.node.say(s, "log", o.number)
		return modelGoesOn
	},
	"error": func(*modelService, *modelTask, modelOp) modelOutcome { return modelFails },
	"send": func(s *modelService, _ *modelTask, o modelOp) modelOutcome {
		sent := s.node.deliver(o.to, &modelMessage{source: s.address, prog: o.prog}, true)
		if !sent {
			s.node.dead++
		}
		s.node.say(s, "send", sent)
		return modelGoesOn
	},
	"call": func(s *modelService, t *modelTask, o modelOp) modelOutcome {
		m := &modelMessage{source: s.address, session: s.waits(t), prog: o.prog}
		if !s.node.deliver(o.to, m, true) {
			s.leaveWait(t)
			s.node.say(s, "call", "failed")
			return modelGoesOn
		}
		t.result = func(m *modelMessage) {
			if m.ok {
				s.node.say(s, "call", m.value)
			} else {
				s.node.say(s, "call", "failed")
			}
		}
		return modelWaits
	},
	"ret": func(s *modelService, t *modelTask, o modelOp) modelOutcome {
		switch {
		case t.kind != TaskMessage || t.message.session != 0 && t.answered:
			s.node.say(s, "ret", "failed")
		case t.message.session == 0:
			s.node.say(s, "ret", "false")
		default:
			t.answered = true
			sent := s.node.deliver(t.message.source, &modelMessage{session: t.message.session, answer: true, ok: true, value: fmt.Sprint(o.number)}, true)
			s.node.say(s, "ret", sent)
		}
		return modelGoesOn
	},
	"fork": func(s *modelService, _ *modelTask, o modelOp) modelOutcome {
		s.handle = s.newTask(TaskFork, o.prog)
		s.forks = append(s.forks, s.handle)
		return modelGoesOn
	},
	"timeout": func(s *modelService, _ *modelTask, o modelOp) modelOutcome {
		s.handle = s.newTask(TaskTimeout, o.prog)
		s.alarm(s.handle, o.ti)
		return modelGoesOn
	},
	"later": func(s *modelService, _ *modelTask, o modelOp) modelOutcome {
		s.alarm(s.newTask(TaskTimeout, o.prog), o.ti)
		return modelGoesOn
	},
	"cancel": func(s *modelService, t *modelTask, _ modelOp) modelOutcome {
		if h := s.handle; h != nil {
			cancelled := !h.dropped && h != t
			if cancelled {
				s.drop(h)
			}
			s.node.say(s, "cancel", cancelled)
		}
		return modelGoesOn
	},
	"sleep": func(s *modelService, t *modelTask, o modelOp) modelOutcome {
		if s.tokens[o.token] != nil {
			s.node.say(s, "failed")
			return modelGoesOn
		}
		s.alarm(t, o.ti)
		t.token, s.tokens[o.token] = o.token, t
		t.result = func(*modelMessage) { s.node.say(s, "true", "-") }
		return modelWaits
	},
	"wait": func(s *modelService, t *modelTask, o modelOp) modelOutcome {
		if s.tokens[o.token] != nil {
			s.node.say(s, "failed")
			return modelGoesOn
		}
		t.token, s.tokens[o.token] = o.token, t
		return modelWaits
	},
	"wakeup": func(s *modelService, _ *modelTask, o modelOp) modelOutcome {
		t := s.tokens[o.token]
		if t != nil {
			s.leaveWait(t)
			t.result = nil
			s.woken = append(s.woken, t)
		}
		s.node.say(s, "wakeup", t != nil)
		return modelGoesOn
	},
	"start": func(s *modelService, t *modelTask, o modelOp) modelOutcome {
		session := s.waits(t)
		child := s.node.last + 1
		s.node.launch(o.prog, true, func(outcome string) {
			if outcome == "ok" {
				outcome = fmt.Sprint(uint32(child))
			}
			s.node.deliver(s.address, &modelMessage{session: session, answer: true, value: outcome}, true)
		})
		t.result = func(m *modelMessage) {
			if m.value == "exited" {
				m.value = "-"
			}
			s.node.say(s, "start", m.value)
		}
		return modelWaits
	},
	"exit": func(s *modelService, _ *modelTask, _ modelOp) modelOutcome {
		s.ending = "exited"
		return modelWaits
	},
	"kill": func(s *modelService, _ *modelTask, o modelOp) modelOutcome {
		if o.to == s.address {
			return modelGoesOn
		}
		victim := s.node.services[o.to]
		if victim != nil {
			delete(s.node.services, o.to)
			victim.killed = true
			victim.notify(false)
		}
		s.node.say(s, "kill", victim != nil)
		return modelGoesOn
	},
}

// lua writes the operation as a statement.
func (o modelOp) lua() string {
	switch o.kind {
	case "log":
		return fmt.Sprintf("print('log', %d)", o.number)
	case "error":
		return "if true then error 'boom' end"
	case "send":
		return fmt.Sprintf("print('send', send(%d, %d))", o.to, o.prog)
	case "call":
		return fmt.Sprintf("show('call', pcall(call, %d, %d))", o.to, o.prog)
	case "ret":
		return fmt.Sprintf("show('ret', pcall(ret, %d))", o.number)
	case "fork":
		return fmt.Sprintf("H = fork(P[%d])", o.prog)
	case "timeout":
		return fmt.Sprintf("H = timeout(%d, P[%d])", o.ti, o.prog)
	case "later":
		return fmt.Sprintf("timeout(%d, P[%d])", o.ti, o.prog)
	case "cancel":
		return "if H then print('cancel', cancel(H)) end"
	case "sleep":
		return fmt.Sprintf("show(nil, pcall(sleep, %d, '%s'))", o.ti, o.token)
	case "wait":
		return fmt.Sprintf("show(nil, pcall(wait, '%s'))", o.token)
	case "wakeup":
		return fmt.Sprintf("print('wakeup', wakeup '%s')", o.token)
	case "start":
		return fmt.Sprintf("show('start', pcall(newservice, 'model', %d))", o.prog)
	case "exit":
		return "exit()"
	case "kill":
		return fmt.Sprintf("if self() ~= %d then print('kill', kill(%d)) end", o.to, o.to)
	}
	panic(o.kind)
}

const modelPrelude = `
function show(what, ok, v)
	if not ok then v = "failed" elseif v == nil then v = "-" end
	if what then print(what, v) elseif ok then print(ok, v) else print(v) end
end
local prog = ...
P = {}
dispatch(function(_, _, prog) P[prog]() end)
start(function() P[prog + 0]() end)
`

func modelSource(programs [][]modelOp) string {
	var b strings.Builder
	b.WriteString(modelPrelude)
	for i, ops := range programs {
		fmt.Fprintf(&b, "P[%d] = function()\n", i)
		for _, o := range ops {
			fmt.Fprintf(&b, "\t%s\n", o.lua())
		}
		b.WriteString("end\n")
	}
	return b.String()
}

const modelTick = 10 * time.Millisecond
