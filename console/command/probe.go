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
	"lunarium/runtime/worded"
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
	answer, end, err := o.Client().CallToEnd(ctx, svc.Address(), message.TypeLua, payload)
	took := o.Node().Clock().Now().Sub(begin)
	switch {
	case end != nil: // what helps otherwise is done here
		text := worded.Text(o.NoAnswerWithin(svc, err, limit))
		if !end() {
			return nil, fmt.Errorf("%s\nwhat the probe began is inside a library call, and goes on until that returns", text)
		}
		return nil, fmt.Errorf("%s\nthe task that the probe began was ended", text)
	case err != nil:
		return nil, errors.New(strings.TrimRight(o.ErrorText(err), "\n"))
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
