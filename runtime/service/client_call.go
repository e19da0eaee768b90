package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds a client's calls.

// NoAnswerError says that a request was not answered in time.
type NoAnswerError struct {
	Name    string // of the service that was asked
	Dest    message.Address
	Source  message.Address // of the request, with its session
	Session int32
	Err     error // ErrStandsStill, ErrRestless, or the context's
}

func (e *NoAnswerError) Error() string {
	return fmt.Sprintf("%s %s did not answer: %s", e.Name, e.Dest, e.Err)
}

// Unwrap gives why it was not waited for longer.
func (e *NoAnswerError) Unwrap() error { return e.Err }

func (c *Client) noAnswer(m *message.Message, why error) error {
	return &NoAnswerError{Name: c.node.NameOf(m.Dest), Dest: m.Dest, Source: c.address, Session: m.Session, Err: why}
}

// Call sends a request and waits for the answer, whose values are detached. The
// payload's values must be, too. The error is a *Failure, or wraps ctx's. What handles
// a debug message, code in it, is ended as Run says.
func (c *Client) Call(ctx context.Context, dest message.Address, typ message.Type, p message.Payload) (message.Payload, error) {
	m := message.Message{Type: typ, Source: c.address, Dest: dest, Payload: p}
	if typ == message.TypeDebug {
		return c.callBounded(ctx, m, &work{})
	}
	return c.call(ctx, m)
}

// Send sends a message that nobody answers.
func (c *Client) Send(dest message.Address, typ message.Type, p message.Payload) error {
	return c.node.Send(message.Message{Type: typ, Source: c.address, Dest: dest, Payload: p})
}

// Run runs a Go body as a task of a service, where it may wait, and gives what
// the body answered with Self.Ret; an empty payload when it did not. what is
// the body's name in tracebacks. When ctx ends first, or Limited's limit is used up,
// the body is ended where it stands, which an *EndedError tells, or never begins, which a
// *NotBegunError tells.
func (c *Client) Run(ctx context.Context, dest message.Address, what string, body Handler) (message.Payload, error) {
	return c.callBounded(ctx, message.Message{Type: message.TypeDebug, Source: c.address, Dest: dest}, &work{body: body, what: what})
}

// CallToEnd is Call for a request of which nothing is to be left when it is not answered in
// time. end, which is nil when it was, ends its handler wherever it is, whatever the code
// catches, or sees to it that it never begins, and tells whether it did: one inside a Go
// function that does not return goes on.
func (c *Client) CallToEnd(ctx context.Context, dest message.Address, typ message.Type, p message.Payload) (answer message.Payload, end func() bool, err error) {
	b := c.node.bound(ctx)
	m := message.Message{Type: typ, Source: c.address, Dest: dest, Payload: p, Extra: &message.Extra{Work: &work{bound: b}}}
	answer, err = c.call(ctx, m)
	if silent := (*NoAnswerError)(nil); errors.As(err, &silent) {
		end = func() bool { return c.node.endBody(dest, b) != bodyGoesOn }
	}
	return answer, end, err
}

// callBounded is call for a message whose task is ended when nobody waits for it.
func (c *Client) callBounded(ctx context.Context, m message.Message, w *work) (message.Payload, error) {
	b := c.node.bound(ctx)
	w.bound, m.Extra = b, &message.Extra{Work: w}
	p, err := c.call(ctx, m)
	silent := (*NoAnswerError)(nil)
	switch {
	case errors.As(err, &silent) && ctx.Err() != nil:
		switch c.node.endBody(m.Dest, b) {
		case bodyEnded:
			err = &EndedError{*b.was, silent}
		case bodyNotBegun:
			err = &NotBegunError{silent}
		}
	case errors.Is(err, message.ErrKilled) && b.ended():
		err = &EndedError{*b.was, &NoAnswerError{c.node.NameOf(m.Dest), m.Dest, c.address, b.was.Session, context.DeadlineExceeded}}
	}
	return p, err
}

// endWait bounds the wait for a service to let go of code that is ended.
const endWait = time.Second

// bodyEnd is what became of code that nobody waits for any more.
type bodyEnd int

const (
	bodyGoesOn   bodyEnd = iota // or it has ended by itself
	bodyEnded                   // where it stood
	bodyNotBegun                // and never will
)

// endBody ends the task of code that nobody waits for any more, where the service comes out of
// its Go function.
func (n *Node) endBody(dest message.Address, b *bound) (how bodyEnd) {
	b.abandoned.Store(true)
	s := n.Service(dest)
	if s == nil {
		return bodyGoesOn
	}
	ctx, cancel := context.WithTimeout(context.Background(), endWait)
	defer cancel()
	var found bodyEnd
	err := s.do(ctx, func() {
		if !b.begun {
			found = bodyNotBegun
		}
		for t := s.live; t != nil; t = t.next {
			if t.bound() == b {
				info := s.taskInfo(t)
				b.was = &info
				s.cancelTask(t, "it took too long")
				break
			}
		}
		if b.ended() {
			found = bodyEnded
		}
	})
	if err != nil { // it may be done later
		return bodyGoesOn
	}
	return found
}

// Ask sends a request, as Call does, and does not wait: await does, and has to
// be called. An answer that has come by then is given even when its context has ended.
func (c *Client) Ask(dest message.Address, typ message.Type, p message.Payload) (await func(context.Context) (message.Payload, error), err error) {
	m := message.Message{Type: typ, Source: c.address, Dest: dest, Payload: p}
	answer, err := c.ask(&m)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (message.Payload, error) {
		select {
		case reply, ok := <-answer: // whatever ctx says
			c.forget(m.Session)
			return result(reply, ok)
		default:
			return c.await(ctx, m, answer)
		}
	}, nil
}

func (c *Client) call(ctx context.Context, m message.Message) (message.Payload, error) {
	answer, err := c.ask(&m)
	if err != nil {
		return message.Payload{}, err
	}
	return c.await(ctx, m, answer)
}

// ask sends a request, to which it gives a session.
func (c *Client) ask(m *message.Message) (answer chan message.Message, err error) {
	answer = make(chan message.Message, 1)
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil, message.ErrStopped
	}
	c.session++
	m.Session = c.session
	c.pending[m.Session] = &clientCall{answer, m.Dest, asked(m), c.node.clock.Elapsed()}
	c.mu.Unlock()
	if !c.node.deliver(m, nil) {
		c.forget(m.Session)
		text := "call to invalid address " + m.Dest.String() + ": " + c.node.absence(m.Dest)
		return nil, &message.Failure{Reason: message.ErrDead, Service: m.Dest, Name: c.node.NameOf(m.Dest), Source: c.address, From: c.name, Type: m.Type, Handling: m.Command(), Text: text}
	}
	return answer, nil
}

// await waits for the answer to a request.
func (c *Client) await(ctx context.Context, m message.Message, answer chan message.Message) (message.Payload, error) {
	defer c.forget(m.Session)
	select {
	case reply, ok := <-answer:
		return result(reply, ok)
	case why := <-c.whenStill(ctx):
		select {
		case reply, ok := <-answer:
			return result(reply, ok)
		case <-c.node.done:
			return message.Payload{}, message.ErrStopped
		default:
		}
		return message.Payload{}, c.noAnswer(&m, why)
	case <-ctx.Done():
		return message.Payload{}, c.noAnswer(&m, ctx.Err())
	case <-c.node.done:
		return message.Payload{}, message.ErrStopped
	}
}

// asked names what a request wants: its command, or the code that it brings.
func asked(m *message.Message) string {
	if w := workOf(m); w != nil && w.what != "" {
		return w.what
	}
	return m.Command()
}

// FailWhenStill, when on, makes calls that can't be answered before the virtual clock moves
// fail with ErrStandsStill, as soon as the node is at rest.
func (c *Client) FailWhenStill(on bool) { c.impatient.Store(on) }

// IsWaiting tells whether a call is under way; with the virtual clock, one that nothing
// answers before the clock moves, for which it waits until the node is at rest, or is
// known not to come to rest.
func (c *Client) IsWaiting(ctx context.Context) bool {
	before, waits := c.calls()
	if !c.node.config.Virtual {
		return waits
	}
	if !waits {
		return false
	}
	if err := c.node.Settle(ctx); err != nil && !errors.Is(err, ErrRestless) {
		return false
	}
	after, waits := c.calls()
	return waits && before == after
}

// calls gives the number of calls so far, and whether one is under way.
func (c *Client) calls() (count int32, waits bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session + c.launches, len(c.pending) > 0
}

// Launch is Node.Launch by the client, as one of its calls: with FailWhenStill it does not
// wait for the virtual clock either.
func (c *Client) Launch(ctx context.Context, spec Spec) (*Service, error) {
	spec.By = c.address
	p, err := c.node.load(spec)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil, message.ErrStopped
	}
	c.launches++
	session := -c.launches // no message has it
	call := &clientCall{since: c.node.clock.Elapsed()}
	c.pending[session] = call
	c.mu.Unlock()
	defer c.forget(session)
	return c.node.launch(ctx, p, launchWatch{
		quiet: c.whenStill,
		made: func(s *Service) {
			c.mu.Lock()
			defer c.mu.Unlock()
			call.dest = s.address
		},
		up: func() { c.forget(session) },
	})
}

// whenStill is Node.whenStill for a client in a hurry.
func (c *Client) whenStill(ctx context.Context) <-chan error {
	if !c.impatient.Load() {
		return nil
	}
	return c.node.whenStill(ctx)
}

// Strings gives strings as the values of a payload.
func Strings(texts ...string) []vm.Value {
	values := make([]vm.Value, len(texts))
	for i, text := range texts {
		values[i] = vm.String(text)
	}
	return values
}
