package command

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file holds the commands that start and end services.

var launchCommands = []*console.Command{
	{Name: "launch", Aliases: []string{"start"}, Group: console.Launching, Usage: "NAME [ARG...]",
		Help:     "Starts a service from the search path or a file and waits until its start function has ended.",
		Examples: []string{"launch chat_room_service", `launch worker 1 "two words"`},
		Complete: []console.Completer{completeLaunch}, Run: launch},
	{Name: "exit", Group: console.Launching, Usage: "SERVICE",
		Help:     "Asks a service to exit, as skynet.exit inside it would. Use kill for one that does not listen.",
		Examples: []string{`exit CHAT_ROOM_SERVICE`}, Complete: []console.Completer{console.CompleteService}, Run: exitService},
	{Name: "kill", Group: console.Launching, Usage: "SERVICE",
		Help:     "Ends a service at once, whatever it is doing. Its callers get an error.",
		Examples: []string{`kill :00000008`}, Complete: []console.Completer{console.CompleteService}, Run: kill},
	{Name: "restart", Group: console.Launching, Usage: "SERVICE",
		Help:     "Kills a service and launches it again with the same arguments. Its state is lost; reload keeps it.",
		Examples: []string{`restart CHAT_ROOM_SERVICE`}, Complete: []console.Completer{console.CompleteService}, Run: restart},
	{Name: "list", Aliases: []string{"ls"}, Group: console.Launching, Usage: "[TEXT | all]",
		Help:     "Lists the services: address, state, names and arguments. TEXT picks those that have it in their address, names or arguments. Of very many the first are shown, and those that are busy or stuck.",
		Examples: []string{"list", "list chat"}, Reads: console.Always, Run: list},
	{Name: "service", Group: console.Launching, Usage: "[TEXT | all]",
		Help: "Lists the unique services, those that queryservice finds; those that have TEXT in their names, the first of very many.", Examples: []string{"service"}, Reads: console.Always, Run: uniqueServices},
	{Name: "names", Group: console.Launching, Usage: "[TEXT | all]",
		Help: "Lists the registered names; those that have TEXT in them, the first of very many.", Examples: []string{"names chat"}, Reads: console.Always, Run: names},
	{Name: "info", Group: console.Launching, Usage: "SERVICE [ARG...]",
		Help:     "Shows a service: file, arguments, age, counters, and what its info_func gives.",
		Examples: []string{`info CHAT_ROOM_SERVICE`}, Complete: []console.Completer{console.CompleteService}, Reads: console.Always, Run: info},
	{Name: "stat", Group: console.Launching, Usage: "[TEXT | all]",
		Help:     "Shows each service's messages, queue, tasks and processor time; which services, as list does.",
		Examples: []string{"stat", "stat chat"}, Reads: console.Always, Run: stat},
}

func launch(ctx context.Context, o *console.Operator, args string) error {
	words, err := console.SplitWords(args)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return o.Usage("launch")
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	svc, err := o.Client().Launch(ctx, service.Spec{Name: words[0], Args: words[1:]})
	switch failure := exited(err); {
	case failure != nil:
		return o.Reply(map[string]any{"address": failure.Service.String(), "name": failure.Name, "exited": true},
			fmt.Sprintf("%s %s exited while it started", failure.Service, failure.Name))
	case svc != nil && err != nil:
		return o.NoAnswer(svc, err)
	case err != nil:
		return err
	}
	data, text := map[string]any{"address": svc.Address().String(), "name": svc.Base()}, console.Title(svc)
	if svc.TakesNoMessages() {
		data["deaf"] = true
		text += "\n" + o.Paint(render.Warning, console.Base(svc)+" has not called skynet.start and takes no messages")
	}
	return o.Reply(data, text)
}

// exited gives the end of a service that exited by itself while it started, which
// is no failure of its launch; nil for other errors.
func exited(err error) *message.Failure {
	var failure *message.Failure
	if errors.As(err, &failure) && errors.Is(err, message.ErrExited) {
		return failure
	}
	return nil
}

func exitService(ctx context.Context, o *console.Operator, args string) error {
	svc, err := o.Service(args)
	if err != nil {
		return err
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	if err := inspect.Exit(ctx, o.Client(), svc); err != nil {
		return err
	}
	return o.Reply(map[string]any{"exited": svc.Address().String()}, console.Title(svc)+" has exited")
}

func kill(ctx context.Context, o *console.Operator, args string) error {
	svc, err := o.Service(args)
	if err != nil {
		return err
	}
	o.Node().Kill(svc.Address())
	return waitGone(ctx, o, svc, "killed")
}

// waitGone waits until a service has ended and says so; what it had open may be
// in use for a little longer, if a database is slow to let go.
func waitGone(ctx context.Context, o *console.Operator, svc *service.Service, how string) error {
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	select {
	case <-svc.Gone():
	case <-ctx.Done():
		return fmt.Errorf("%s has not ended: %w", console.Title(svc), ctx.Err())
	}
	select {
	case <-svc.Released():
	case <-ctx.Done():
	}
	return o.Reply(map[string]any{how: svc.Address().String()}, console.Title(svc)+" "+how)
}

func restart(ctx context.Context, o *console.Operator, args string) error {
	svc, err := o.Service(args)
	if err != nil {
		return err
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	fresh, err := o.Node().Restart(ctx, svc.Address())
	if failure := exited(err); failure != nil {
		return o.Reply(map[string]any{"address": failure.Service.String(), "was": svc.Address().String(), "exited": true},
			fmt.Sprintf("%s %s exited while it started, was %s", failure.Service, failure.Name, svc.Address()))
	}
	if err != nil {
		return err
	}
	return o.Reply(map[string]any{"address": fresh.Address().String(), "was": svc.Address().String()},
		fmt.Sprintf("%s, was %s", console.Title(fresh), svc.Address()))
}

// nameRowOf is one line of names and of service.
type nameRow struct{ Name, Address, Service string }

func uniqueServices(ctx context.Context, o *console.Operator, args string) error {
	uniques := o.Node().Uniques()
	var entries []service.NameEntry
	for _, name := range slices.Sorted(maps.Keys(uniques)) {
		entries = append(entries, service.NameEntry{Name: name, Address: uniques[name]})
	}
	return showNames(ctx, o, "service", args, entries)
}

func names(ctx context.Context, o *console.Operator, args string) error {
	return showNames(ctx, o, "names", args, o.Node().Names())
}

func nameRowOf(o *console.Operator, entry service.NameEntry) nameRow {
	row := nameRow{Name: entry.Name, Address: entry.Address.String()}
	if svc := o.Node().Service(entry.Address); svc != nil {
		row.Service = svc.Base()
	}
	return row
}

// showNames lists the names that have a text, the first of very many.
func showNames(ctx context.Context, o *console.Operator, command, args string, entries []service.NameEntry) error {
	text, all := console.Unlimited(args)
	entries = slices.DeleteFunc(entries, func(e service.NameEntry) bool { return !service.NameHas(e.Name, text) })
	shown, left := console.Cut(len(entries), all)
	return console.Show(ctx, o, console.Listing[nameRow]{
		Rows: console.RowsOf(entries[:shown], func(e service.NameEntry) nameRow { return nameRowOf(o, e) }), Count: shown, Left: left, Hint: console.Picks(command),
		Columns: []render.Column{
			{Name: "name", Role: render.Key}, {Name: "address", Role: render.Address}, {Name: "service"},
		},
		Cells: func(r nameRow) []string { return []string{r.Name, r.Address, r.Service} },
	})
}

func info(ctx context.Context, o *console.Operator, args string) error {
	word, rest := console.CutWord(args)
	svc, err := o.Service(word)
	if err != nil {
		return err
	}
	stat, age := svc.Stat(), o.Node().Clock().Now().Sub(svc.Born())
	facts := []fact{
		{"service", visible.Line(svc.CommandLine()), svc.CommandLine()},
		{"file", visible.Line(shown(svc.Path())), shown(svc.Path())},
		{"age", render.Duration(age), age},
		{"messages", render.Count(int(stat.Messages)), stat.Messages},
		{"tasks", render.Count(stat.Tasks), stat.Tasks},
		{"queue", render.Count(stat.Queue), stat.Queue},
	}
	if limit := svc.MemLimit(); limit > 0 {
		facts = append(facts, fact{"memlimit", render.Size(int64(limit)), limit})
	}
	// Connections and pipes come and go in their own time, which no recording has.
	if held, most := svc.OpenFiles(); held > 0 && !o.Node().Clock().Virtual() {
		text := render.Count(held)
		if most > 0 {
			text += " of " + render.Count(most)
		}
		facts = append(facts, fact{"files", text, map[string]int{"open": held, "limit": most}})
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	results, err := infoFunc(ctx, o, svc, rest)
	silent := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, message.ErrStandsStill) || errors.Is(err, service.ErrRestless)
	if err != nil && !silent {
		return err
	}
	if results != nil {
		facts = append(facts, fact{"info", o.Style().Results(results), results})
	}
	data := map[string]any{"address": svc.Address().String()}
	text := o.Paint(render.Address, console.Title(svc)) + "\n"
	for _, f := range facts {
		data[f.name] = f.data
		text += fmt.Sprintf("%-10s%s\n", f.name, f.text)
	}
	if !silent {
		return o.Reply(data, text)
	}
	// What the node knows is told all the same, and why there is no more.
	failure := o.ErrorText(o.NoAnswer(svc, err))
	data["error"] = failure
	text += failure
	if err := o.Reply(data, text); err != nil {
		return err
	}
	return console.ErrFailed
}

// fact is something that is known about a service: for people, and as data.
type fact struct {
	name, text string
	data       any
}

func shown(path string) string {
	if path == "" {
		return "(from a string)"
	}
	return path
}
