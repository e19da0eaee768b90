package dap_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	godap "github.com/google/go-dap"

	"lunarium/console"
	"lunarium/console/dap"
	"lunarium/inspect"
	"lunarium/inspect/inspecttest"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// client is an editor, with go-dap's reader and writer of messages.
type client struct {
	t      *testing.T
	bench  *inspecttest.Bench
	server *dap.Server
	conn   net.Conn
	in     *bufio.Reader
	seq    int
	events []godap.Message // that came while something else was waited for
}

const quotesSource = `local skynet = require "skynet"
local discount = 0
local log = { names = { "ann", "bob" }, open = true }
local commands = {}
function commands.quote(customer, price)
	if customer.loyal then
		discount = 0.1
	end
	local total = price - price * discount
	return total
end
function commands.tried()
	local ok, e = pcall(error, "inside")
	return e
end
function commands.fails()
	error({ code = 7 })
end
function commands.wait(n)
	skynet.sleep(100)
	local later = n
	return later
end
function commands.spin()
	while log.open do
		discount = discount
	end
	return "over"
end
function commands.needs()
	return require "other".twice(4)
end
skynet.start(function()
	skynet.dispatch("lua", function(_, _, command, ...)
		skynet.retpack(commands[command](...))
	end)
end)
`

const otherSource = `local other = {}
function other.twice(n)
	local result = 2 * n
	return result
end
return other
`

// serve gives a node with the service main, and a server of it.
func serve(t *testing.T, configure ...func(*dap.Config)) (*inspecttest.Bench, *dap.Server) {
	t.Helper()
	b := inspecttest.New(t, map[string]string{"main.lua": quotesSource, "other.lua": otherSource})
	config := dap.Config{Node: b.Node, Address: "127.0.0.1:0", Sessions: &console.Sessions{}}
	for _, c := range configure {
		c(&config)
	}
	server, err := dap.Listen(config)
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve()
	t.Cleanup(func() { server.Close(context.Background()) })
	return b, server
}

func connect(t *testing.T, b *inspecttest.Bench, server *dap.Server) *client {
	t.Helper()
	conn, err := net.Dial("tcp", server.Address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &client{t: t, bench: b, server: server, conn: conn, in: bufio.NewReader(conn)}
}

// attached gives a client that debugs the node.
func attached(t *testing.T, configuration string) *client {
	t.Helper()
	b, server := serve(t)
	c := connect(t, b, server)
	c.attach(configuration)
	return c
}

func (c *client) attach(configuration string) {
	c.t.Helper()
	ask[*godap.InitializeResponse](c, "initialize", `{"adapterID":"lunarium","linesStartAt1":true,"columnsStartAt1":true,"pathFormat":"path"}`)
	ask[*godap.AttachResponse](c, "attach", configuration)
	event[*godap.InitializedEvent](c)
	ask[*godap.ConfigurationDoneResponse](c, "configurationDone", `{}`)
}

// file gives the path of a file of the node.
func (c *client) file(name string) string {
	path, err := filepath.EvalSymlinks(filepath.Join(c.bench.Dir, name))
	if err != nil {
		c.t.Fatal(err)
	}
	return path
}

func (c *client) send(command, arguments string) (seq int) {
	c.t.Helper()
	c.seq++
	request := map[string]any{"seq": c.seq, "type": "request", "command": command}
	if arguments != "" {
		request["arguments"] = json.RawMessage(arguments)
	}
	content, err := json.Marshal(request)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := godap.WriteBaseMessage(c.conn, content); err != nil {
		c.t.Fatal(err)
	}
	return c.seq
}

func (c *client) read() godap.Message {
	c.t.Helper()
	c.conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	m, err := godap.ReadProtocolMessage(c.in)
	if err != nil {
		c.t.Fatal(err)
	}
	return m
}

// response gives the answer to a request; events before it are kept.
func (c *client) response(seq int) godap.ResponseMessage {
	c.t.Helper()
	for {
		switch m := c.read().(type) {
		case godap.ResponseMessage:
			if m.GetResponse().RequestSeq != seq {
				c.t.Fatalf("an answer to request %d, where one to %d was waited for", m.GetResponse().RequestSeq, seq)
			}
			return m
		case godap.EventMessage:
			c.events = append(c.events, m)
		}
	}
}

// ask sends a request and gives its answer, which is no error.
func ask[R godap.ResponseMessage](c *client, command, arguments string) R {
	c.t.Helper()
	m := c.response(c.send(command, arguments))
	r, ok := m.(R)
	if !ok {
		c.t.Fatalf("%s %s gave %s", command, arguments, m.GetResponse().Message)
	}
	return r
}

// refused gives the message of the error that a request gives.
func (c *client) refused(command, arguments string) string {
	c.t.Helper()
	m := c.response(c.send(command, arguments))
	e, ok := m.(*godap.ErrorResponse)
	if !ok {
		c.t.Fatalf("%s %s was not refused", command, arguments)
	}
	if e.Body.Error == nil || e.Body.Error.Format != e.Message {
		c.t.Errorf("%s: the error has no body", command)
	}
	return e.Message
}

// event gives the next event of a kind; others before it are dropped.
func event[E godap.EventMessage](c *client) E {
	c.t.Helper()
	for {
		var m godap.Message
		if len(c.events) > 0 {
			m, c.events = c.events[0], c.events[1:]
		} else {
			m = c.read()
		}
		if e, ok := m.(E); ok {
			return e
		}
	}
}

// call sends expressions to the service main and gives the channel for the first result.
func (c *client) call(expressions string) <-chan string {
	c.t.Helper()
	arguments, err := inspect.Arguments(c.bench.Node, expressions)
	if err != nil {
		c.t.Fatal(err)
	}
	answer := make(chan string, 1)
	caller := c.bench.Node.NewClient("a test")
	go func() {
		defer caller.Close()
		p, err := caller.Call(context.Background(), c.bench.Service.Address(), message.TypeLua, arguments)
		if err != nil {
			answer <- err.Error()
			return
		}
		text, _ := vm.ToString(p.Values[0])
		answer <- text
	}()
	return answer
}

// until waits until a task of the service main waits at a line.
func (c *client) until(line string) {
	c.t.Helper()
	for {
		tasks, err := c.bench.Service.Tasks(c.t.Context())
		if err != nil {
			c.t.Fatal(err)
		}
		if slices.ContainsFunc(tasks, func(task service.TaskInfo) bool { return task.At == line && !task.Running }) {
			return
		}
		runtime.Gosched()
	}
}

// breakAt sets breakpoints in main.lua and gives what the client is told of them.
func (c *client) breakAt(breakpoints string) []godap.Breakpoint {
	c.t.Helper()
	return ask[*godap.SetBreakpointsResponse](c, "setBreakpoints",
		fmt.Sprintf(`{"source": {"path": %q}, "breakpoints": [%s]}`, c.file("main.lua"), breakpoints)).Body.Breakpoints
}

// frames gives the stack of a thread.
func (c *client) frames(thread int) []godap.StackFrame {
	c.t.Helper()
	return ask[*godap.StackTraceResponse](c, "stackTrace", fmt.Sprintf(`{"threadId": %d}`, thread)).Body.StackFrames
}

// scope gives the number of a scope of a frame.
func (c *client) scope(frame int, name string) int {
	c.t.Helper()
	for _, s := range ask[*godap.ScopesResponse](c, "scopes", fmt.Sprintf(`{"frameId": %d}`, frame)).Body.Scopes {
		if s.Name == name {
			return s.VariablesReference
		}
	}
	c.t.Fatal("no scope " + name)
	return 0
}

// variables gives what is below a number, by name.
func (c *client) variables(reference int) map[string]godap.Variable {
	c.t.Helper()
	found := map[string]godap.Variable{}
	for _, v := range ask[*godap.VariablesResponse](c, "variables", fmt.Sprintf(`{"variablesReference": %d}`, reference)).Body.Variables {
		found[v.Name] = v
	}
	return found
}

// texts gives variables as text.
func texts(variables map[string]godap.Variable) map[string]string {
	list := map[string]string{}
	for name, v := range variables {
		list[name] = v.Value
	}
	return list
}

// evaluate gives what code is in a frame.
func (c *client) evaluate(code string, frame int) string {
	c.t.Helper()
	return ask[*godap.EvaluateResponse](c, "evaluate", fmt.Sprintf(`{"expression": %q, "frameId": %d, "context": "repl"}`, code, frame)).Body.Result
}
