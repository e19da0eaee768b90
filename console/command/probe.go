package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/inspect/reload"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file probes new code: a message that has to be answered, or the code goes again.

// probe is what new code has to answer.
type probe struct {
	message string        // Lua expressions; "": there is no probe
	within  time.Duration // that the answer may take; 0: as long as commands wait
	expect  string        // Lua expressions that the answer has to be; "": anything but an error
}

// probed is what came of a probe.
type probed struct {
	Results []plain.Value
	Took    time.Duration
}

// check refuses a probe that can't be sent, before anything is changed for it.
func (p *probe) check(o *console.Operator) error {
	for _, expressions := range []string{p.message, p.expect} {
		if _, err := inspect.Arguments(o.Node(), expressions); err != nil {
			return err
		}
	}
	if p.message == "" && (p.expect != "" || p.within > 0) {
		return errors.New("--expect and --within are about the answer to --probe 'LUA EXPRESSIONS'")
	}
	return nil
}

// run sends the probe. The error says what was wrong with the answer.
func (p *probe) run(ctx context.Context, o *console.Operator, svc *service.Service) (*probed, error) {
	payload, err := inspect.Arguments(o.Node(), p.message)
	if err != nil {
		return nil, err
	}
	limit := o.Limit()
	if p.within > 0 {
		limit = min(limit, p.within)
	}
	ctx, cancel := o.Within(ctx, limit)
	defer cancel()
	begin := o.Node().Clock().Now()
	answer, err := o.Client().Call(ctx, svc.Address(), message.TypeLua, payload)
	took := o.Node().Clock().Now().Sub(begin)
	if err != nil {
		text := strings.TrimRight(o.ErrorText(o.NoAnswer(svc, err)), "\n")
		p.end(o, svc, err)
		return nil, errors.New(text)
	}
	found := &probed{inspect.Reply(o.Node(), answer, o.Shown()).Values, took}
	if p.within > 0 && took > p.within {
		return nil, fmt.Errorf("it was answered after %s, and not within %s", render.Duration(took), render.Duration(p.within))
	}
	return found, p.compare(o, found)
}

// compare tells whether the answer is what was expected.
func (p *probe) compare(o *console.Operator, found *probed) error {
	if p.expect == "" {
		return nil
	}
	expected, err := inspect.Arguments(o.Node(), p.expect)
	if err != nil {
		return err
	}
	plain := render.Style{}
	want, got := plain.Results(inspect.Reply(o.Node(), expected, o.Shown()).Values), plain.Results(found.Results)
	if want == got {
		return nil
	}
	return fmt.Errorf("the answer is not the one that was expected:\n%s", o.Style().Diff(want, got))
}

// end ends what the probe set going and nobody waits for: the code that it runs has failed.
func (p *probe) end(o *console.Operator, svc *service.Service, err error) {
	silent := (*service.NoAnswerError)(nil)
	if !errors.As(err, &silent) {
		return
	}
	ctx, cancel := o.Timed(context.Background())
	defer cancel()
	tasks, err := svc.Tasks(ctx)
	if err != nil {
		return
	}
	for i := range tasks {
		switch {
		case tasks[i].Source != silent.Source || tasks[i].Session != silent.Session:
		case tasks[i].Running:
			svc.Interrupt(ctx)
		default:
			inspect.KillTask(ctx, svc, tasks[i].ID)
		}
	}
}

// reloadProbed keeps a reload if the new code answers the probe, and goes back to the
// version that ran before if not.
func (p *probe) reloadProbed(ctx context.Context, o *console.Operator, svc *service.Service, change *reload.Change, before int) error {
	row := rowOfChange(change)
	text := changeText(o, row)
	if change.Unchanged || change.DryRun {
		return o.Reply(row, text+"\nthere is no new code to be probed")
	}
	found, err := p.run(ctx, o, svc)
	if err == nil {
		if found.Took = o.Told(found.Took); found.Took > 0 {
			text += "\nprobed, and answered after " + render.Duration(found.Took) + ": "
		} else {
			text += "\nprobed, and answered: "
		}
		row.Probe = found
		return o.Reply(row, text+o.Style().Results(found.Results))
	}
	failure := fmt.Errorf("the probe failed: %w", err)
	timed, cancel := o.Timed(context.WithoutCancel(ctx))
	defer cancel()
	back, err := reload.GoTo(timed, svc, before, false)
	if err != nil {
		return fmt.Errorf("%w\nand the code could not be taken back: %w\nversion %d serves on; \"reload %s --to %d\" tries again", failure, err, change.Version, console.Typed(svc), before)
	}
	return fmt.Errorf("%w\nversion %d serves on; what the probe changed in the state stays", failure, back.Version)
}

// runningVersion gives the version that a probe goes back to.
func runningVersion(ctx context.Context, svc *service.Service) (int, error) {
	list, err := reload.Versions(ctx, svc)
	for _, v := range list {
		if v.Current {
			return v.Number, err
		}
	}
	return 0, err
}
