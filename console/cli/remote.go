package cli

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"net"

	"lunarium/console"
	"lunarium/console/access"
	"lunarium/console/command"
	"lunarium/console/line"
	"lunarium/console/render"
	"lunarium/console/telnet"
	"lunarium/console/usage"
	"lunarium/runtime/endpoint"
	"lunarium/runtime/files"
	"lunarium/runtime/message"
	"lunarium/runtime/worded"
)

// This file serves the console over telnet, and attaches to one.

// openConsole listens for remote sessions, until the program ends or it is closed.
// owner is the service that asked for it; 0: the node.
func (p *program) openConsole(owner message.Address, address string) (io.Closer, error) {
	var budget *files.Budget // of the node there is none
	if svc := p.node.Service(owner); svc != nil {
		budget = svc.FileBudget()
	}
	give, err := budget.Take(1)
	if err != nil {
		return nil, err
	}
	var listener *endpoint.Open // set before the first client can be served
	server, err := telnet.Listen(telnet.Config{
		Address: address, Sockets: p.sockets, Guard: p.guard, TLS: p.tls,
		Greeting: fmt.Sprintf("lunarium %s, \"help\" lists commands\n", version),
		Logger:   p.logger(),
		Track: func(c net.Conn) net.Conn {
			listener.Moved(1, 0)
			return p.node.Endpoints().Open(endpoint.Endpoint{
				Kind: "console", Local: c.LocalAddr().String(), Remote: c.RemoteAddr().String(),
			}).Conn(c)
		},
		Handle:  p.remoteSession,
		Command: p.remoteCommand,
	})
	if err != nil {
		give()
		return nil, err
	}
	listener = p.node.Endpoints().Open(endpoint.Endpoint{Kind: "console listener", Owner: owner, Local: server.Addr().String()})
	p.remote.mu.Lock()
	p.remote.servers = append(p.remote.servers, server)
	p.remote.mu.Unlock()
	go server.Serve()
	return &openConsole{server, listener, give}, nil
}

// openConsole is a console that a service may close before the program ends.
type openConsole struct {
	server   *telnet.Server
	endpoint *endpoint.Open
	give     func() // back to the budget of the service
}

// Close stops listening; sessions go on.
func (c *openConsole) Close() error {
	defer c.give()
	c.endpoint.Close()
	return c.server.Close()
}

func (r *remote) close() {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownWait)
	defer cancel()
	r.mu.Lock()
	servers := r.servers
	r.mu.Unlock()
	for _, server := range servers {
		server.Shutdown(ctx)
	}
}

// remoteSession is a client of telnet's.
func (p *program) remoteSession(ctx context.Context, c *telnet.Conn) {
	p.callerSession(ctx, caller{c.Reader, c.Kind().String(), c.RemoteAddr().String(), c.Who(), c.Color()})
}

// caller is a client that sends lines.
type caller struct {
	reader     func(line.Completer) (line.Reader, error)
	kind, from string
	who        *access.Principal
	color      bool
}

// callerSession runs the lines of a client, and tells whether one failed.
func (p *program) callerSession(ctx context.Context, c caller) (failed bool) {
	var session *console.Session
	reader, err := c.reader(func(text string, pos int) line.Completion {
		if session == nil {
			return line.Completion{From: pos}
		}
		return line.Completion(session.Complete(text, pos))
	})
	if err != nil {
		return true
	}
	defer reader.Close()
	options := p.remoteOptions(c.kind, c.from, c.who)
	options.End = func(why string) {
		fmt.Fprintln(reader.Notify(), why)
		reader.Close()
	}
	options.Screen, options.Palette = console.NewScreen(reader.Writer()), render.NewPalette(render.ColorWanted("auto", c.color))
	options.Width, options.More, options.Frame, options.Flags = reader.Width, reader.More, reader.Frame(), p.flags.recorded()
	session = console.NewSession(p.node, options, command.Table())
	defer session.Close()
	return converse(ctx, session, reader, p.node.Done())
}

// remoteOptions are those of the sessions of somebody who is let in from outside.
func (p *program) remoteOptions(kind, from string, who *access.Principal) console.Options {
	return console.Options{
		Library: libraryHelp, Sessions: &p.sessions, Crashes: &p.crashes, Snapshots: &p.snapshots, Supervisor: &p.supervisor,
		Kind: kind, From: from, Who: who, Audit: p.audit, Secrets: p.secrets, JSON: p.flags.json, Remote: true,
	}
}

// remoteCommand runs one command that came over HTTP.
func (p *program) remoteCommand(ctx context.Context, r telnet.Request) (string, error) {
	out := &console.Collected{}
	options := p.remoteOptions("http", r.From, r.Who)
	options.End = func(string) {}
	options.Screen, options.More, options.JSON = console.NewScreen(out), nothingMore, r.JSON || p.flags.json
	session := console.NewSession(p.node, options, command.Table())
	defer session.Close()
	if r.Reads && !session.Reads(r.Line) {
		return "", telnet.ErrChanges
	}
	err := session.Execute(ctx, r.Line)
	return out.Take(), err
}

// nothingMore is the input of a session whose one line has come.
func nothingMore() <-chan struct{} {
	ended := make(chan struct{})
	close(ended)
	return ended
}

// runAttach is "lunarium attach [--tls] [--ca FILE] [HOST:PORT]".
func runAttach(args []string, std usage.Streams) int {
	set := flag.NewFlagSet("attach", flag.ContinueOnError)
	secure := tlsFlags(set)
	if status, ok := readFlags(set, args, std, 0, 1); !ok {
		return status
	}
	near := telnet.Stdio()
	var err error
	if near.TLS, err = secure(); err == nil {
		err = telnet.Attach(context.Background(), cmp.Or(set.Arg(0), "127.0.0.1:8000"), near)
	}
	if err != nil {
		fmt.Fprintf(std.Err, "lunarium: %s\n", worded.Text(err))
		return usage.ExitFailed
	}
	return usage.ExitOK
}
