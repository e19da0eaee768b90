package command

import (
	"context"
	"errors"
	"fmt"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
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
	defer expectEnd(o, svc)(nil)
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
	defer expectEnd(o, svc)(nil)
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
	over := expectEnd(o, svc)
	fresh, err := o.Node().Restart(ctx, svc.Address())
	over(fresh)
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
