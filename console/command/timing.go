package command

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file holds the commands about time: tasks, timers, the clock.

var timingCommands = []*console.Command{
	{Name: "tasks", Aliases: []string{"task"}, Group: console.Timing, Usage: "SERVICE [all] | all [all]",
		Help:     "Shows what each task of a service was made for and by which line or whose message, what it is doing or waiting for, since when, and its Lua stack. Of very many the oldest and the one that runs are shown, unless all are asked for. tasks all puts the tasks of all services together by what they wait for and at which line, most first, with what most of them were made for; timers that are not due are none of them.",
		Examples: []string{`tasks CHAT_ROOM_SERVICE`, "tasks all"}, Complete: []console.Completer{console.CompleteService}, Reads: console.Always, Run: tasks},
	{Name: "uniqtask", Group: console.Timing, Usage: "SERVICE [all]",
		Help:     "Shows the tasks of a service, those with the same stack together. Of very many stacks those with the oldest tasks are shown, unless all are asked for.",
		Examples: []string{`uniqtask CHAT_ROOM_SERVICE`}, Complete: []console.Completer{console.CompleteService}, Reads: console.Always, Run: uniqueTasks},
	{Name: "killtask", Group: console.Timing, Usage: "SERVICE TASK",
		Help:     "Ends one task of a service; TASK is the number that tasks shows. Its caller gets an error.",
		Examples: []string{`killtask CHAT_ROOM_SERVICE 12`}, Complete: []console.Completer{console.CompleteService}, Run: killTask},
	{Name: "timers", Group: console.Timing, Usage: "[SERVICE] [all] | watch [for DURATION]",
		Help:     "Lists the timers: when they are due, their period where they set themselves again, and the line that set them. Of very many those that are due first are shown, unless all are asked for. timers watch goes on and tells which are set and fire, until Ctrl-C or, in a pipe, the next line.",
		Examples: []string{`timers STRUCTURED_SERVICE`}, Complete: []console.Completer{console.CompleteService}, Reads: console.Unless("watch"), Needs: console.Observing, Run: timers},
	{Name: "timer", Group: console.Timing, Usage: "cancel ID | fire ID",
		Help:     "Takes a timer back, or lets it fire now.",
		Examples: []string{"timer fire 7"}, Run: timer},
	{Name: "clock", Group: console.Timing, Usage: "[advance DURATION | next]",
		Help:     "Shows the node's clock. With --clock virtual, clock advance moves it and runs everything that falls due, in order; clock next moves it to the next timer.",
		Examples: []string{"clock advance 2h", "clock next"}, Reads: console.Unless("advance", "next"), Run: clock},
}

func tasks(ctx context.Context, o *console.Operator, args string) error {
	args, all := console.Unlimited(args)
	if all && (args == "" || args == "all") {
		return allTasks(ctx, o, args == "all")
	}
	svc, err := o.Service(args)
	if err != nil {
		return err
	}
	rows, count, left, err := tasksOf(ctx, o, svc, all)
	if err != nil {
		return err
	}
	return console.Show(ctx, o, console.Listing[service.TaskInfo]{
		Rows: rows, Count: count, Left: left, Hint: fmt.Sprintf(`"tasks %s all" shows them`, console.Typed(svc)),
		Text: o.TaskText, None: console.Title(svc) + " has no tasks",
	})
}

// tasksOf gives the tasks of a service, the oldest of very many unless all are wanted,
// and how many are not among them.
func tasksOf(ctx context.Context, o *console.Operator, svc *service.Service, all bool) (rows iter.Seq2[service.TaskInfo, error], count, left int, err error) {
	timed := func() (context.Context, context.CancelFunc) { return o.Timed(ctx) }
	if all {
		rows, count, err = svc.EachTask(timed)
		return rows, count, 0, err
	}
	ctx, cancel := timed()
	defer cancel()
	infos, total, err := svc.FirstTasks(ctx, console.MostListed)
	return console.Rows(infos), len(infos), total - len(infos), err
}

func uniqueTasks(ctx context.Context, o *console.Operator, args string) error {
	args, all := console.Unlimited(args)
	svc, err := o.Service(args)
	if err != nil {
		return err
	}
	timed, cancel := o.Timed(ctx)
	defer cancel()
	alike, err := svc.AlikeTasks(timed)
	if err != nil {
		return err
	}
	shown, left := console.Cut(len(alike), all)
	if o.JSON {
		return o.Reply(countsOf(alike[:shown], left), "")
	}
	return console.Show(ctx, o, console.Listing[service.Alike]{
		Rows: console.Rows(alike[:shown]), Count: shown, Left: left, Hint: fmt.Sprintf(`"uniqtask %s all" shows them`, console.Typed(svc)),
		Text: alikeText, None: console.Title(svc) + " has no tasks",
	})
}

func alikeText(one service.Alike) string {
	var b strings.Builder
	b.WriteString(render.Plural(one.Tasks, "task", "tasks") + "\n")
	console.WriteStack(&b, one.Traceback)
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

func killTask(ctx context.Context, o *console.Operator, args string) error {
	word, rest := console.CutWord(args)
	svc, err := o.Service(word)
	if err != nil {
		return err
	}
	id, err := strconv.ParseUint(strings.TrimPrefix(rest, "task "), 10, 64)
	if err != nil {
		return o.Usage("killtask")
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	killed, err := inspect.KillTask(ctx, svc, id)
	if err != nil {
		return err
	}
	if !killed {
		return noTask(ctx, o, svc, id)
	}
	return o.Reply(map[string]any{"killed": id}, fmt.Sprintf("task %d of %s killed", id, console.Title(svc)))
}

func timers(ctx context.Context, o *console.Operator, args string) error {
	if word, rest := console.CutWord(args); word == "watch" {
		return watchTimers(ctx, o, rest)
	}
	args, all := console.Unlimited(args)
	of := message.Address(0)
	if args != "" {
		svc, err := o.Service(args)
		if err != nil {
			return err
		}
		of = svc.Address()
	}
	rows, count, left := timersOf(o, of, all)
	return console.Show(ctx, o, console.Listing[service.Timer]{
		Rows: rows, Count: count, Left: left, Hint: `"timers SERVICE" picks some, "timers all" shows them`,
		Columns: []render.Column{
			{Name: "id", Align: render.Right, Role: render.Key}, {Name: "due in", Align: render.Right},
			{Name: "every", Align: render.Right}, {Name: "service", Shrink: 2}, {Name: "set at", Shrink: 1, Place: true},
		},
		Cells: func(t service.Timer) []string {
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
func timersOf(o *console.Operator, of message.Address, all bool) (rows iter.Seq2[service.Timer, error], count, left int) {
	if all {
		timers, count := o.Node().Clock().EachTimer(of)
		return func(yield func(service.Timer, error) bool) {
			for t := range timers {
				if !yield(t, nil) {
					return
				}
			}
		}, count, 0
	}
	pending, total := o.Node().Clock().FirstTimers(of, console.MostListed)
	return console.Rows(pending), len(pending), total - len(pending)
}

func timer(ctx context.Context, o *console.Operator, args string) error {
	word, rest := console.CutWord(args)
	id, err := strconv.ParseUint(rest, 10, 64)
	if err != nil || word != "cancel" && word != "fire" {
		return o.Usage("timer")
	}
	var done bool
	past := "fired"
	if word == "cancel" {
		past = "cancelled"
		done, err = o.Node().Clock().Cancel(ctx, id)
	} else {
		done = o.Node().Clock().Fire(id)
	}
	if err != nil {
		return err
	}
	if !done {
		return noTimer(o, id)
	}
	return o.Reply(map[string]any{past: id}, fmt.Sprintf("timer %d %s", id, past))
}

func clock(ctx context.Context, o *console.Operator, args string) error {
	c := o.Node().Clock()
	word, rest := console.CutWord(args)
	switch word {
	case "":
		kind := "real"
		if c.Virtual() {
			kind = "virtual"
		}
		return o.Reply(map[string]any{"kind": kind, "now": c.Now(), "elapsed": c.Elapsed()},
			fmt.Sprintf("%s clock, %s, %s since the start", kind, c.Now().UTC().Format("2006-01-02 15:04:05"), render.Duration(c.Elapsed())))
	case "advance":
		d, err := console.ParseDuration(rest)
		if err != nil {
			return err
		}
		fired, err := o.Advance(ctx, d)
		return clockMoved(o, d, fired, err)
	case "next":
		passed, fired, err := o.AdvanceToNext(ctx)
		return clockMoved(o, passed, fired, err)
	}
	return o.Usage("clock")
}

func clockMoved(o *console.Operator, d time.Duration, fired int, err error) error {
	if errors.Is(err, service.ErrRealClock) {
		return errors.New(`the real clock can't be moved; start the node with "--clock virtual"`)
	}
	if errors.Is(err, service.ErrManySteps) {
		return service.ErrManySteps
	}
	if err != nil {
		return err
	}
	return o.Reply(moved(d, fired))
}

// moved is the reply to commands that move the clock, as data and text.
func moved(d time.Duration, fired int) (data any, text string) {
	return map[string]any{"passed": d, "fired": fired},
		fmt.Sprintf("%s passed; %s fired", render.Duration(d), render.Plural(fired, "timer", "timers"))
}

// watchTimers shows the timers and then tells which are set and fire.
func watchTimers(ctx context.Context, o *console.Operator, args string) error {
	limit, err := durationAfter("for", &args)
	if err != nil {
		return err
	}
	if args != "" {
		return o.Usage("timers")
	}
	if o.Node().Clock().Virtual() {
		return errors.New(`"timers watch" follows the real clock; with the virtual one use "clock next"`)
	}
	events := make(chan service.TimerEvent, 1000)
	stop := o.Node().Clock().Watch(func(e service.TimerEvent) {
		select {
		case events <- e:
		default:
		}
	})
	defer stop()
	if err := timers(ctx, o, ""); err != nil {
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
			if err := o.Reply(e, eventText(&e)); err != nil {
				return err
			}
		case <-o.Stopped(limit):
			return nil
		case <-o.Node().Done():
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// noTask says why a task was not killed.
func noTask(ctx context.Context, o *console.Operator, svc *service.Service, id uint64) error {
	tasks, total, err := svc.FirstTasks(ctx, console.MostNumbers)
	if err != nil {
		return fmt.Errorf("no task %d in %s", id, console.Title(svc))
	}
	var there []uint64
	for _, t := range tasks {
		if t.ID == id {
			return fmt.Errorf(`task %d of %s runs just now; "signal %s" interrupts it`, id, console.Title(svc), console.Typed(svc))
		}
		there = append(there, t.ID)
	}
	err = console.NoNumber("task", id, there, total, "tasks "+console.Typed(svc))
	return fmt.Errorf("%s: %w", console.Title(svc), err)
}

func noTimer(o *console.Operator, id uint64) error {
	first, total := o.Node().Clock().FirstTimers(0, console.MostNumbers)
	var there []uint64
	for _, t := range first {
		there = append(there, t.ID)
	}
	slices.Sort(there)
	return console.NoNumber("timer", id, there, total, "timers")
}

// eventText tells what became of a timer.
func eventText(e *service.TimerEvent) string {
	text := fmt.Sprintf("%s %d  %s  %s", e.What, e.Timer.ID, e.Timer.Name, e.Timer.SetAt)
	if e.What == "set" {
		text += ", due in " + render.Duration(e.Timer.Delay)
	}
	return text
}
