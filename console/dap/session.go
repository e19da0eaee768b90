package dap

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/google/go-dap"

	"lunarium/console"
	"lunarium/console/render"
	inspect "lunarium/inspect/debug"
	"lunarium/runtime/message"
	"lunarium/runtime/netguard"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/worded"
)

// This file holds one client: what it sends, what it is sent, and in which order.

// session is one client. What is not said otherwise belongs to the goroutine of serve.
type session struct {
	server *Server
	node   *service.Node
	conn   net.Conn
	guest  *netguard.Guest
	most   chan int           // how long the next message may be; the reader waits for it
	end    context.CancelFunc // any goroutine

	seq int
	out *bufio.Writer

	client      dap.InitializeRequestArguments
	initialized bool
	attached    bool
	leaving     bool   // the client asked for the end
	wrong       int    // passwords
	after       func() // what is sent after the response
	arguments   attachArguments
	visitor     *console.Visitor
	release     func() // of the hold on the node
	goes        func() // notes the end

	group       *inspect.Group // nil before attach
	paths       paths
	threads     threads
	values      values
	breakpoints breakpoints
	sources     sources
	focus       *inspect.Debugger // of the service that stopped last
}

// errorText words an error for the one who debugs.
func (s *session) errorText(err error) string {
	var failure *message.Failure
	if errors.As(err, &failure) {
		return visible.Text(failure.Report())
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("no answer within %s: %w", render.Duration(s.server.config.RequestTime), err)
	}
	return visible.Text(worded.Text(err))
}

// fail sends why a request could not be fulfilled.
func (s *session) fail(request *dap.Request, err error) {
	text := s.errorText(err)
	s.send(&dap.ErrorResponse{
		Response: dap.Response{
			ProtocolMessage: dap.ProtocolMessage{Type: "response"}, RequestSeq: request.Seq, Command: request.Command, Message: text,
		},
		Body: dap.ErrorResponseBody{Error: &dap.ErrorMessage{Id: 1, Format: text, ShowUser: request.Command != "evaluate"}},
	})
}

// send sends a response or an event. A client that takes nothing for writeTime has gone.
func (s *session) send(m dap.Message) {
	s.seq++
	switch m := m.(type) {
	case dap.ResponseMessage:
		m.GetResponse().Seq = s.seq
	case dap.EventMessage:
		e := m.GetEvent()
		e.Seq, e.Type, e.Event = s.seq, "event", eventName(m)
	}
	_ = s.conn.SetWriteDeadline(time.Now().Add(writeTime))
	err := dap.WriteProtocolMessage(s.out, m)
	if err == nil {
		err = s.out.Flush()
	}
	if err != nil {
		s.end()
	}
}

// eventName gives an event's name in the protocol.
func eventName(m dap.EventMessage) string {
	switch m.(type) {
	case *dap.InitializedEvent:
		return "initialized"
	case *dap.StoppedEvent:
		return "stopped"
	case *dap.ThreadEvent:
		return "thread"
	case *dap.OutputEvent:
		return "output"
	case *dap.BreakpointEvent:
		return "breakpoint"
	default:
		return "terminated"
	}
}

// say tells the one who debugs something that no request asked for.
func (s *session) say(category, text string) {
	s.send(&dap.OutputEvent{Body: dap.OutputEventBody{Category: category, Output: visible.Text(text) + "\n"}})
}

// lineIn gives a line as Lua counts it, from 1.
func (s *session) lineIn(line int) int {
	if s.client.LinesStartAt1 {
		return line
	}
	return line + 1
}

// lineOut gives a line as the client counts it.
func (s *session) lineOut(line int) int {
	if s.client.LinesStartAt1 {
		return line
	}
	return line - 1
}

// columnIn and columnOut are the same for columns.
func (s *session) columnIn(column int) int {
	if s.client.ColumnsStartAt1 {
		return column
	}
	return column + 1
}

func (s *session) columnOut(column int) int {
	if s.client.ColumnsStartAt1 {
		return column
	}
	return column - 1
}

// title names a service to people.
func title(svc *service.Service) string {
	return visible.Line(svc.Base()) + " " + svc.Address().String()
}

// addressOf makes services keys.
func addressOf(d *inspect.Debugger) message.Address { return d.Service().Address() }
