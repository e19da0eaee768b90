package console

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file holds the commands about time: tasks, timers, the clock.

var timingCommands = []*Command{
	{Name: "tasks", Aliases: []string{"task"}, Group: Timing, Usage: "SERVICE [all]",
		Help:     "Shows what each task of a service is doing or waiting for, since when, and its Lua stack. Of very many the oldest and the one that runs are shown, unless all are asked for.",
		Examples: []string{`tasks CHAT_ROOM_SERVICE`}, Complete: []Completion{CompleteService}, Reads: always, Run: tasks},
	{Name: "uniqtask", Group: Timing, Usage: "SERVICE [all]",
		Help:     "Shows the tasks of a service, those with the same stack together. Of very many stacks those with the oldest tasks are shown, unless all are asked for.",
		Examples: []string{`uniqtask CHAT_ROOM_SERVICE`}, Complete: []Completion{CompleteService}, Reads: always, Run: uniqueTasks},
	{Name: "killtask", Group: Timing, Usage: "SERVICE TASK",
		Help:     "Ends one task of a service; TASK is the number that tasks shows. Its caller gets an error.",
		Examples: []string{`killtask CHAT_ROOM_SERVICE 12`}, Complete: []Completion{CompleteService}, Run: killTask},
	{Name: "timers", Group: Timing, Usage: "[SERVICE] [all] | watch [for DURATION]",
		Help:     "Lists the timers: when they are due, their period where they set themselves again, and the line that set them. Of very many those that are due first are shown, unless all are asked for. timers watch goes on and tells which are set and fire, until Ctrl-C or, in a pipe, the next line.",
		Examples: []string{`timers STRUCTURED_SERVICE`}, Complete: []Completion{CompleteService}, Reads: unless("watch"), Run: timers},
	{Name: "timer", Group: Timing, Usage: "cancel ID | fire ID",
		Help:     "Takes a timer back, or lets it fire now.",
		Examples: []string{"timer fire 7"}, Run: timer},
	{Name: "clock", Group: Timing, Usage: "[advance DURATION | next]",
		Help:     "Shows the node's clock. With --clock virtual, clock advance moves it and runs everything that falls due, in order; clock next moves it to the next timer.",
		Examples: []string{"clock advance 2h", "clock next"}, Reads: unless("advance", "next"), Run: clock},
}

func tasks(ctx context.Context, s *Session, args string) error {
	args, all := unlimited(args)
	svc, err := s.service(args)
	if err != nil {
		return err
	}
	rows, count, left, err := s.tasksOf(ctx, svc, all)
	if err != nil {
		return err
	}
	return show(ctx, s, listing[service.TaskInfo]{
		rows: rows, count: count, left: left, hint: fmt.Sprintf(`"tasks %s all" shows them`, typed(svc)),
		text: s.taskText, none: title(svc) + " has no tasks",
	})
}

// tasksOf gives the tasks of a service, the oldest of very many unless all are wanted,
// and how many are not among them.
func (s *Session) tasksOf(ctx context.Context, svc *service.Service, all bool) (rows iter.Seq2[service.TaskInfo, error], count, left int, err error) {
	timed := func() (context.Context, context.CancelFunc) { return s.timed(ctx) }
	if all {
		rows, count, err = svc.EachTask(timed)
		return rows, count, 0, err
	}
	ctx, cancel := timed()
	defer cancel()
	infos, total, err := svc.FirstTasks(ctx, mostListed)
	return unchanged(infos), len(infos), total - len(infos), err
}

func (s *Session) taskText(t service.TaskInfo) string {
	var b strings.Builder
	b.WriteString(s.taskLine(&t) + "\n")
	writeStack(&b, t.Traceback)
	return strings.TrimSuffix(b.String(), "\n")
}

// taskLine says what a task is for and what it waits for.
func (s *Session) taskLine(t *service.TaskInfo) string {
	what := t.Kind.String()
	if t.Handling != "" {
		what = fmt.Sprintf("%s from %s", visible.Quote(t.Handling), t.From)
	} else if t.Site != "" {
		what += " set at " + t.Site
	}
	return fmt.Sprintf("%s  %s, %s", s.paint(render.Key, "task "+strconv.FormatUint(t.ID, 10)), visible.Line(what), s.waiting(t))
}

// dueWhen says when a timer is due, or that it was and its service has had no time for
// it yet.
func dueWhen(verb string, left time.Duration) string {
	if left < 0 {
		return "was due " + render.Duration(-left) + " ago"
	}
	return verb + " in " + render.Duration(left)
}

// waiting says what a task waits for and since when.
func (s *Session) waiting(t *service.TaskInfo) string {
	if t.Running {
		return s.paint(render.Warning, "running")
	}
	return visible.Line(s.waitText(t))
}

func (s *Session) waitText(t *service.TaskInfo) string {
	now := s.node.Clock().Elapsed()
	since := " for " + render.Duration(now-t.Wait.Since)
	switch t.Wait.Kind {
	case service.WaitCall:
		if t.Wait.Command == "" {
			return fmt.Sprintf("waits for %s %s to answer", t.WaitFor, t.Wait.Dest) + since
		}
		return fmt.Sprintf("waits for %s %s to answer %s", t.WaitFor, t.Wait.Dest, visible.Quote(t.Wait.Command)) + since
	case service.WaitSleep:
		return "sleeps" + since + ", " + dueWhen("wakes", t.Wait.Until-now)
	case service.WaitTimer:
		return dueWhen("due", t.Wait.Until-now)
	case service.WaitToken:
		return "waits to be woken" + since
	case service.WaitAwait:
		return "waits for " + t.Wait.Command + since
	case service.WaitRoom:
		return fmt.Sprintf("waits for room in the mailbox of %s %s", t.WaitFor, t.Wait.Dest) + since
	case service.WaitDebugger:
		return "stands in the debugger" + since
	case service.WaitFork:
		return "waits for its turn"
	}
	return "ready"
}

func uniqueTasks(ctx context.Context, s *Session, args string) error {
	args, all := unlimited(args)
	svc, err := s.service(args)
	if err != nil {
		return err
	}
	timed, cancel := s.timed(ctx)
	defer cancel()
	alike, err := svc.AlikeTasks(timed)
	if err != nil {
		return err
	}
	shown, left := cut(len(alike), all)
	if s.JSON {
		return s.reply(countsOf(alike[:shown], left), "")
	}
	return show(ctx, s, listing[service.Alike]{
		rows: unchanged(alike[:shown]), count: shown, left: left, hint: fmt.Sprintf(`"uniqtask %s all" shows them`, typed(svc)),
		text: alikeText, none: title(svc) + " has no tasks",
	})
}

func alikeText(one service.Alike) string {
	var b strings.Builder
	b.WriteString(render.Plural(one.Tasks, "task", "tasks") + "\n")
	writeStack(&b, one.Traceback)
	return strings.TrimSuffix(b.String(), "\n")
}

// countsOf gives the tasks of each stack, and as $more how many stacks are left out.
func countsOf(alike []service.Alike, left int) map[string]int {
	counts := map[string]int{}
	for _, one := range alike {
		counts[one.Traceback] = one.Tasks
	}
	if left > 0 {
		counts["$more"] = left
	}
	return counts
}

func killTask(ctx context.Context, s *Session, args string) error {
	word, rest := cutWord(args)
	svc, err := s.service(word)
	if err != nil {
		return err
	}
	id, err := strconv.ParseUint(strings.TrimPrefix(rest, "task "), 10, 64)
	if err != nil {
		return usageError("killtask", s.table)
	}
	ctx, cancel := s.timed(ctx)
	defer cancel()
	killed, err := inspect.KillTask(ctx, svc, id)
	if err != nil {
		return err
	}
	if !killed {
		return s.noTask(ctx, svc, id)
	}
	return s.reply(map[string]any{"killed": id}, fmt.Sprintf("task %d of %s killed", id, title(svc)))
}

func timers(ctx context.Context, s *Session, args string) error {
	if word, rest := cutWord(args); word == "watch" {
		return s.watchTimers(ctx, rest)
	}
	args, all := unlimited(args)
	of := message.Address(0)
	if args != "" {
		svc, err := s.service(args)
		if err != nil {
			return err
		}
		of = svc.Address()
	}
	rows, count, left := s.timersOf(of, all)
	return show(ctx, s, listing[service.Timer]{
		rows: rows, count: count, left: left, hint: `"timers SERVICE" picks some, "timers all" shows them`,
		columns: []render.Column{
			{Name: "id", Align: render.Right, Role: render.Key}, {Name: "due in", Align: render.Right},
			{Name: "every", Align: render.Right}, {Name: "service"}, {Name: "set at", Shrink: 1},
		},
		cells: func(t service.Timer) []string {
			every := ""
			if t.Every > 0 {
				every = render.Duration(t.Every)
			}
			return []string{strconv.FormatUint(t.ID, 10), render.Duration(t.Left), every, t.Name, t.SetAt}
		},
	})
}

// timersOf gives the timers of a service, or of all, those that are due first of very many
// unless all are wanted, and how many are not among them.
func (s *Session) timersOf(of message.Address, all bool) (rows iter.Seq2[service.Timer, error], count, left int) {
	if all {
		timers, count := s.node.Clock().EachTimer(of)
		return func(yield func(service.Timer, error) bool) {
			for t := range timers {
				if !yield(t, nil) {
					return
				}
			}
		}, count, 0
	}
	pending, total := s.node.Clock().FirstTimers(of, mostListed)
	return unchanged(pending), len(pending), total - len(pending)
}

func timer(ctx context.Context, s *Session, args string) error {
	word, rest := cutWord(args)
	id, err := strconv.ParseUint(rest, 10, 64)
	if err != nil || word != "cancel" && word != "fire" {
		return usageError("timer", s.table)
	}
	var done bool
	past := "fired"
	if word == "cancel" {
		past = "cancelled"
		done, err = s.node.Clock().Cancel(ctx, id)
	} else {
		done = s.node.Clock().Fire(id)
	}
	if err != nil {
		return err
	}
	if !done {
		return s.noTimer(id)
	}
	return s.reply(map[string]any{past: id}, fmt.Sprintf("timer %d %s", id, past))
}

func clock(ctx context.Context, s *Session, args string) error {
	c := s.node.Clock()
	word, rest := cutWord(args)
	switch word {
	case "":
		kind := "real"
		if c.Virtual() {
			kind = "virtual"
		}
		return s.reply(map[string]any{"kind": kind, "now": c.Now(), "elapsed": c.Elapsed()},
			fmt.Sprintf("%s clock, %s, %s since the start", kind, c.Now().UTC().Format("2006-01-02 15:04:05"), render.Duration(c.Elapsed())))
	case "advance":
		d, err := parseDuration(rest)
		if err != nil {
			return err
		}
		fired, err := c.AdvanceWithin(ctx, d, &s.passing)
		return s.clockMoved(d, fired, err)
	case "next":
		passed, fired, err := c.NextWithin(ctx, &s.passing)
		return s.clockMoved(passed, fired, err)
	}
	return usageError("clock", s.table)
}

func (s *Session) clockMoved(d time.Duration, fired int, err error) error {
	if errors.Is(err, service.ErrRealClock) {
		return errors.New(`the real clock can't be moved; start the node with "--clock virtual"`)
	}
	if errors.Is(err, service.ErrManySteps) {
		return service.ErrManySteps
	}
	if err != nil {
		return err
	}
	return s.reply(moved(d, fired))
}

// moved is the reply to commands that move the clock, as data and text.
func moved(d time.Duration, fired int) (data any, text string) {
	return map[string]any{"passed": d, "fired": fired},
		fmt.Sprintf("%s passed; %s fired", render.Duration(d), render.Plural(fired, "timer", "timers"))
}

// watchTimers shows the timers and then tells which are set and fire.
func (s *Session) watchTimers(ctx context.Context, args string) error {
	limit, err := durationAfter("for", &args)
	if err != nil {
		return err
	}
	if args != "" {
		return usageError("timers", s.table)
	}
	if s.node.Clock().Virtual() {
		return errors.New(`"timers watch" follows the real clock; with the virtual one use "clock next"`)
	}
	events := make(chan service.TimerEvent, 1000)
	stop := s.node.Clock().Watch(func(e service.TimerEvent) {
		select {
		case events <- e:
		default:
		}
	})
	defer stop()
	if err := timers(ctx, s, ""); err != nil {
		return err
	}
	if limit >= 0 {
		limited, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		ctx = limited
	}
	for {
		select {
		case e := <-events:
			if err := s.reply(e, eventText(&e)); err != nil {
				return err
			}
		case <-s.stopped(limit):
			return nil
		case <-s.node.Done():
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}
