package dap

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"time"

	"github.com/google/go-dap"

	"lunarium/console/access"
	"lunarium/runtime/netguard"
	"lunarium/runtime/visible"
)

// This file runs a session: messages and news, one after the other.

func newSession(s *Server, conn net.Conn, guest *netguard.Guest) *session {
	return &session{
		server: s, node: s.config.Node, conn: conn, guest: guest, most: make(chan int, 1),
		out: bufio.NewWriter(conn),
	}
}

// incoming is a message, or why none can be read any more.
type incoming struct {
	content []byte
	err     error
}

// serve runs the session to its end, however that comes.
func (s *session) serve(ctx context.Context) {
	ctx, s.end = context.WithCancel(ctx)
	defer s.end()
	defer s.close()
	defer func() {
		if p := recover(); p != nil {
			s.server.config.Logger.Error("a debugging session failed", "remote", s.conn.RemoteAddr(), "panic", p, "stack", string(debug.Stack()))
		}
	}()
	late := time.AfterFunc(s.server.config.AdmitTime, s.end)
	defer late.Stop()
	messages := make(chan incoming)
	s.server.running.Go(func() { s.read(ctx, messages) })
	stop := context.AfterFunc(ctx, func() { _ = s.conn.SetReadDeadline(time.Now()) })
	defer stop()
	for !s.leaving {
		var news <-chan struct{}
		if s.group != nil {
			late.Stop()
			news = s.group.Changed()
		}
		select {
		case m := <-messages:
			if m.err != nil {
				s.fail(&dap.Request{}, m.err)
				return
			}
			s.handle(ctx, m.content)
			s.most <- s.longest()
		case <-news:
			s.tellNews(ctx)
		case <-s.node.Done():
			s.send(&dap.TerminatedEvent{})
			return
		case <-ctx.Done():
			if s.attached {
				s.send(&dap.TerminatedEvent{})
			}
			return
		}
	}
}

// longest is how long the next message may be.
func (s *session) longest() int {
	if s.attached {
		return mostMessage
	}
	return mostOpening
}

// read reads what the client sends, one message at a time, on a goroutine of its own. When
// the client has gone the session ends, whatever it does at that time.
func (s *session) read(ctx context.Context, messages chan<- incoming) {
	in := bufio.NewReader(s.conn)
	most := mostOpening
	for {
		content, err := readMessage(in, most)
		if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) {
			s.end()
			return
		}
		select {
		case messages <- incoming{content, err}:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
		if most, err = s.mayRead(ctx, in); err != nil {
			s.end()
			return
		}
	}
}

// mayRead waits until the message before is dealt with. Meanwhile it hears of the
// connection's end.
func (s *session) mayRead(ctx context.Context, in *bufio.Reader) (most int, err error) {
	if in.Buffered() == 0 {
		if _, err := in.Peek(1); err != nil {
			return 0, err
		}
	}
	select {
	case most := <-s.most:
		return most, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// close lets go of everything that the client held.
func (s *session) close() {
	if s.group != nil {
		ctx, cancel := context.WithTimeout(context.Background(), s.server.config.RequestTime)
		defer cancel()
		s.group.Close(ctx)
	}
	if s.attached {
		s.visitor.Leave()
		s.goes()
		s.server.left()
		s.release()
		s.server.config.Logger.Info("debugging ended", "remote", s.conn.RemoteAddr())
	}
}

// answer has a request handled; what changes the node is noted.
func (s *session) answer(ctx context.Context, h *handler, request *dap.Request, content []byte) (response dap.ResponseMessage, err error) {
	if !h.changes {
		return h.handle(s, ctx, content)
	}
	var asked struct {
		Arguments json.RawMessage `json:"arguments"`
	}
	if err := json.Unmarshal(content, &asked); err != nil {
		return nil, argumentsError(err)
	}
	line := request.Command + " " + string(asked.Arguments[:min(len(asked.Arguments), mostNoted)])
	err = s.server.config.Audit.Permit(s.visitor.Author(), access.Operator, request.Command, line, func() error {
		response, err = h.handle(s, ctx, content)
		return err
	})
	if errors.Is(err, access.ErrInvalid) {
		s.leaving = true
	}
	return response, err
}

// mostNoted is how much of a request's arguments the audit log has.
const mostNoted = 1000

// handle answers one request.
func (s *session) handle(ctx context.Context, content []byte) {
	var request dap.Request
	if err := json.Unmarshal(content, &request); err != nil {
		s.fail(&request, errors.New("the message is no request in JSON"))
		return
	}
	if request.Type == "response" || request.Type == "event" {
		return // nothing was asked of the client
	}
	h, known := handlers[request.Command]
	switch {
	case request.Type != "request":
		s.fail(&request, fmt.Errorf("%s is no type of a message", visible.Quote(request.Type)))
		return
	case !known:
		s.fail(&request, fmt.Errorf("%s is not supported", visible.Quote(request.Command)))
		return
	case !s.initialized && !h.any:
		s.fail(&request, errors.New("the first request is initialize"))
		return
	case !s.attached && !h.any && !h.before:
		s.fail(&request, errors.New("nothing is attached; attach comes before this request"))
		return
	}
	timed, cancel := context.WithTimeout(ctx, s.server.config.RequestTime)
	defer cancel()
	s.after = nil
	response, err := s.answer(timed, &h, &request, content)
	if err != nil {
		s.fail(&request, err)
	} else {
		*response.GetResponse() = dap.Response{
			ProtocolMessage: dap.ProtocolMessage{Type: "response"}, RequestSeq: request.Seq, Command: request.Command, Success: true,
		}
		s.send(response)
	}
	if s.after != nil {
		s.after()
	}
}
