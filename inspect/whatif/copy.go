package whatif

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/inspect/reload"
	"lunarium/inspect/snapshot"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/worded"
)

// This file makes copies of services, and gives them messages.

// Outcome is what came of a message.
type Outcome struct {
	Answered bool
	Values   []plain.Value // of the answer
	Error    string        // "": none
}

// double is a copy with its node.
type double struct {
	name    string
	node    *service.Node
	client  *service.Client
	service *service.Service
	offline offline
	standIn []*service.Service
	crashed string // the latest error that nobody caught, until it is asked for
	left    int    // places of the snapshot that could not be put in
}

const (
	// mostStandIns is how many other services a node may have.
	mostStandIns = 4096
	// standIn is the program of a stand-in.
	standIn = `local skynet = require "skynet"
skynet.start(function()
	skynet.dispatch("lua", function(session)
		if session ~= 0 then error("there is a stand-in only, in a copy", 0) end
	end)
end)`
	// memoryOfDouble bounds what a copy may take when the node sets no bound.
	memoryOfDouble = 512 << 20
	// afterwards is for how long of their time the copies are given time to answer.
	afterwards = time.Minute
)

// exactly is how much of answers is compared.
var exactly = plain.Limits{Depth: 30, Width: 10_000, Text: 1 << 20, Total: 100_000}

// newDouble makes a copy of a service, with the texts that it runs.
func newDouble(ctx context.Context, s *service.Service, texts map[string]string, from *snapshot.Snapshot) (*double, error) {
	d := &double{name: s.Name()}
	d.node = service.NewNode(d.config(s, texts, from))
	d.client = d.node.NewClient("what-if")
	if err := d.populate(ctx, s); err != nil {
		d.close()
		return nil, err
	}
	if from != nil {
		done, err := snapshot.Restore(ctx, d.service, from, "")
		if err != nil {
			d.close()
			return nil, err
		}
		d.left = len(done.Left) + done.LeftMore
	}
	return d, nil
}

func (d *double) config(s *service.Service, texts map[string]string, from *snapshot.Snapshot) service.Config {
	c := s.Node().Config()
	c.Virtual, c.Workers, c.Shuffle, c.Epoch = true, 1, 0, s.Born()
	if from != nil {
		c.Epoch = from.Taken
	}
	c.Env = maps.Clone(c.Env)
	c.Texts, c.Output, c.Inspected, c.Ended, c.Recorder = texts, nil, nil, nil, 1
	c.Crashed = func(crash service.Crash) uint64 {
		if d.service == nil || crash.Address() == d.service.Address() {
			d.crashed = crash.Failure.Text
		}
		return 0
	}
	if c.MemLimit == 0 || c.MemLimit > memoryOfDouble {
		c.MemLimit = memoryOfDouble
	}
	open := c.Open
	c.Open = func(svc service.Self) error {
		err := open(svc)
		d.offline.isolate(svc)
		return err
	}
	return c
}

// populate starts the copy at the address of the service, among stand-ins for the others.
func (d *double) populate(ctx context.Context, s *service.Service) error {
	services := s.Node().Services()
	if len(services) > mostStandIns {
		return fmt.Errorf("the node has %d services, and copies are made for nodes of up to %d", len(services), mostStandIns)
	}
	before := slices.IndexFunc(services, func(other *service.Service) bool { return other.Address() >= s.Address() })
	if before < 0 {
		return fmt.Errorf("%s: %w", s.Name(), message.ErrDead)
	}
	for _, other := range services[:before] {
		if err := d.stand(ctx, other); err != nil {
			return err
		}
	}
	d.node.SkipTo(s.Address())
	copied, err := d.node.Launch(ctx, s.Spec())
	if err != nil {
		return fmt.Errorf("the copy did not start: %s", worded.Text(ofCopy(err))) // it is no failure of a service of theirs
	}
	d.service = copied
	for _, name := range s.Node().NamesOf(s.Address()) {
		if _, taken := d.node.Lookup(name); !taken {
			_ = d.node.Register(name, copied.Address()) // what the code has not registered itself
		}
	}
	for _, other := range services[before:] {
		if d.node.Service(other.Address()) != nil {
			continue // the copy, and what it has launched
		}
		if err := d.stand(ctx, other); err != nil {
			return err
		}
	}
	return nil
}

// stand puts a stand-in at the address of a service.
func (d *double) stand(ctx context.Context, of *service.Service) error {
	d.node.SkipTo(of.Address())
	svc, err := d.node.Launch(ctx, service.Spec{Name: of.Base(), Literal: true, Source: standIn})
	if err != nil {
		return err
	}
	d.standIn = append(d.standIn, svc)
	for _, name := range of.Node().NamesOf(of.Address()) {
		_ = d.node.Register(name, svc.Address()) // unless the copy has it
	}
	return nil
}

// close ends the copy's node.
func (d *double) close() {
	d.node.Stop(0)
	<-d.node.Done()
}

// run gives the copy the messages of a course, and the new code at its window when there is a
// file.
func (d *double) run(ctx context.Context, c *course, file string) (outcomes []Outcome, change *reload.Change, err error) {
	outcomes = make([]Outcome, len(c.messages))
	awaits := make([]func(context.Context) (message.Payload, error), len(c.messages))
	for i := range c.messages {
		h := &c.messages[i]
		if gap := h.Time.Sub(d.node.Clock().Now()); gap > 0 {
			if _, err := d.node.Clock().Advance(ctx, gap); err != nil {
				return nil, nil, fmt.Errorf("before message %d: %w", h.Number, ofCopy(err))
			}
		}
		if i == c.window && file != "" {
			if change, err = reload.Reload(ctx, d.service, file, false); err != nil {
				return nil, nil, err
			}
		}
		if awaits[i], err = d.give(h); err != nil {
			return nil, nil, fmt.Errorf("message %d: %w", h.Number, err)
		}
		if err := d.node.Settle(ctx); err != nil {
			return nil, nil, fmt.Errorf("at message %d, %s: %w", h.Number, h.Args, ofCopy(err))
		}
		outcomes[i].Error, d.crashed = firstLine(d.crashed), ""
	}
	if err := d.letAnswer(ctx, awaits); err != nil {
		return nil, nil, fmt.Errorf("after the last message: %w", ofCopy(err))
	}
	for i, await := range awaits {
		if await != nil {
			d.answer(ctx, &outcomes[i], await)
		}
	}
	return outcomes, change, nil
}

// ErrNoRest: a copy has always more to do, so that what it would answer is not known.
var ErrNoRest = errors.New("it never comes to rest")

// ofCopy words an error of a copy's node, whose services are not those that an operator knows
// by the same names.
func ofCopy(err error) error {
	if errors.Is(err, service.ErrRestless) {
		return ErrNoRest
	}
	return err
}

// give gives the copy a message; await is nil for one that nobody answers.
func (d *double) give(h *service.Handled) (await func(context.Context) (message.Payload, error), err error) {
	payload, err := inspect.Arguments(d.node, h.Args)
	if err != nil {
		return nil, err
	}
	if h.Session == 0 {
		return nil, d.client.Send(d.service.Address(), message.TypeLua, payload)
	}
	return d.client.Ask(d.service.Address(), message.TypeLua, payload)
}

// letAnswer lets time pass in which late answers come.
func (d *double) letAnswer(ctx context.Context, awaits []func(context.Context) (message.Payload, error)) error {
	until := d.node.Clock().Now().Add(afterwards)
	for d.client.IsWaiting(ctx) && d.node.Clock().Now().Before(until) {
		passed, fired, err := d.node.Clock().Next(ctx)
		if err != nil {
			return err
		}
		if fired == 0 && passed == 0 {
			return nil
		}
	}
	return nil
}

// answer takes the answer to a message, if there is one by now.
func (d *double) answer(ctx context.Context, o *Outcome, await func(context.Context) (message.Payload, error)) {
	over, cancel := context.WithCancel(ctx)
	cancel()
	payload, err := await(over)
	silent := (*service.NoAnswerError)(nil)
	switch {
	case err == nil:
		o.Answered = true
		o.Values = inspect.Reply(d.node, payload, exactly).Values
	case errors.As(err, &silent):
		o.Error = "no answer"
	default:
		o.Error = firstLine(worded.Text(err))
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
