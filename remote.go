package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/console/telnet"
)

// remote is the telnet side of the console.
type remote struct{ server *telnet.Server }

// openConsole listens for remote sessions; an address that is a port alone is
// one of this machine.
func (p *program) openConsole(address string) error {
	password, err := readPassword(p.flags.passwordFile)
	if err != nil {
		return err
	}
	server, err := telnet.Listen(telnet.Config{
		Address: address, Password: password,
		Greeting: fmt.Sprintf("lunarium %s, \"help\" lists commands\n", version),
		Logger:   slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: max(p.flags.logLevel, slog.LevelWarn)})),
		Handle:   p.remoteSession,
	})
	if err != nil {
		return err
	}
	p.remote = &remote{server}
	go server.Serve()
	return nil
}

func (r *remote) close() {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownWait)
	defer cancel()
	r.server.Shutdown(ctx)
}

func (p *program) remoteSession(ctx context.Context, c *telnet.Conn) {
	var session *console.Session
	reader, err := c.Reader(func(text string, pos int) ([]string, int) {
		if session == nil {
			return nil, pos
		}
		return session.Complete(text, pos)
	})
	if err != nil {
		return
	}
	defer reader.Close()
	session = console.NewSession(p.node, console.Options{
		Screen: console.NewScreen(reader.Writer()), Palette: render.NewPalette(useColor("auto", c.Color())),
		Width: reader.Width, JSON: p.flags.json, Remote: true,
	})
	defer session.Close()
	converse(ctx, session, reader, p.node.Done())
}

// runAttach is "lunarium attach [HOST:PORT]".
func runAttach(args []string, std streams) int {
	address := "127.0.0.1:8000"
	if len(args) > 1 {
		fmt.Fprint(std.err, "usage: lunarium attach [HOST:PORT]\n")
		return exitUsage
	}
	if len(args) == 1 {
		address = args[0]
	}
	if err := telnet.Attach(context.Background(), address, telnet.Stdio()); err != nil {
		fmt.Fprintf(std.err, "lunarium: %v\n", err)
		return exitFailed
	}
	return exitOK
}
