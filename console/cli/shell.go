package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"lunarium/console"
	"lunarium/console/command"
	"lunarium/console/line"
	"lunarium/console/render"
	"lunarium/console/usage"
	"lunarium/runtime/worded"
)

// This file runs a node with its shell.

// runNode is "lunarium [flags] [SERVICE [ARG...]]".
func runNode(args []string, std usage.Streams) int {
	f, err := parseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(std.Out, description().Text())
		return usage.ExitOK
	}
	if err != nil {
		fmt.Fprintf(std.Err, "lunarium: %s\n\"lunarium help\" lists the flags\n", worded.Text(err))
		return usage.ExitUsage
	}
	if f.version {
		return runVersion(nil, std)
	}
	logs := std.Err
	if f.log != "" {
		file, err := os.OpenFile(f.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
		if err != nil {
			fmt.Fprintf(std.Err, "lunarium: cannot write the log: %s\n", worded.Text(err))
			return usage.ExitFailed
		}
		defer file.Close()
		logs = file
	}
	shell := !f.noShell
	var reader line.Reader
	var complete line.Completer
	if shell {
		reader = line.Open(std.In, std.Out, func(text string, pos int) line.Completion {
			if complete == nil {
				return line.Completion{From: pos}
			}
			return complete(text, pos)
		}, historyFile())
		defer reader.Close()
	}
	screen := console.NewScreen(std.Out)
	terminal := shell && line.IsTerminal(std.In)
	prints := screen.Raw()
	if terminal {
		screen = console.NewScreen(reader.Notify())
		prints = screen.Services()
	}
	if terminal && f.log == "" {
		logs = prints
	} else {
		logs = screen.Beside(logs)
	}
	p, err := newProgram(f, &output{prints, logs}, nil)
	if err != nil {
		fmt.Fprintf(std.Err, "lunarium: %s\n", worded.Text(err))
		return usage.ExitFailed
	}
	// Without a shell the standard output belongs to the services.
	say := func(text string) { fmt.Fprintln(screen, text) }
	if !shell {
		say = p.node.Say
	}
	if err := p.setAccess(); err != nil {
		fmt.Fprintf(std.Err, "lunarium: %s\n", worded.Text(err))
		return usage.ExitFailed
	}
	defer p.audit.Close()
	if err := p.takeSockets(); err != nil {
		fmt.Fprintf(std.Err, "lunarium: %s\n", worded.Text(err))
		return usage.ExitFailed
	}
	if f.console != "" {
		if _, err := p.openConsole(0, f.console); err != nil {
			fmt.Fprintf(std.Err, "lunarium: %s\n", worded.Text(err))
			return usage.ExitFailed
		}
	}
	if f.ssh != "" {
		if err := p.openSSH(f.ssh); err != nil {
			fmt.Fprintf(std.Err, "lunarium: %s\n", worded.Text(err))
			return usage.ExitFailed
		}
	}
	if f.web != "" {
		if err := p.openWeb(f.web); err != nil {
			fmt.Fprintf(std.Err, "lunarium: %s\n", worded.Text(err))
			return usage.ExitFailed
		}
		if terminal || !shell {
			say("the page is at " + p.web.URL())
		}
	}
	if f.otlp != "" {
		if err := p.openOTLP(f.otlp); err != nil {
			fmt.Fprintf(std.Err, "lunarium: %s\n", worded.Text(err))
			return usage.ExitFailed
		}
	}
	if f.dap != "" {
		if err := p.openDAP(f.dap); err != nil {
			fmt.Fprintf(std.Err, "lunarium: %s\n", worded.Text(err))
			return usage.ExitFailed
		}
		if terminal || !shell {
			say("editors can debug at " + p.dap.Address())
		}
	}
	if terminal {
		fmt.Fprintf(screen, "lunarium %s · %s · Tab completes, \"help\" lists commands\n", version, render.Plural(workers(f), "worker", "workers"))
	}
	ctx := context.Background()
	if shell {
		var end func()
		ctx, end = untilSignal(reader)
		defer end()
	}
	var readings *console.Readings
	if f.record != "" {
		readings = console.KeepReadings(p.node)
	}
	greeting := &console.Collected{}
	screen.Copy(greeting)
	if err := p.launch(ctx, say); err != nil {
		fmt.Fprintf(std.Err, "%s\n", launchError(err))
		if !terminal {
			p.close()
			return usage.ExitFailed
		}
	}
	p.manager.ready(p.node, p.logger())
	if !shell {
		return p.serve()
	}
	screen.Copy(nil)
	var past func() []string
	if terminal {
		past = reader.History // what the editor keeps on disk
	}
	session := console.NewSession(p.node, console.Options{
		Library: libraryHelp, Sessions: &p.sessions, Crashes: &p.crashes, Snapshots: &p.snapshots, Supervisor: &p.supervisor, Audit: p.audit, Secrets: p.secrets,
		Screen: screen, Palette: render.NewPalette(render.ColorWanted(f.color, terminal)),
		Width: reader.Width, More: reader.More, Frame: reader.Frame(), JSON: f.json, History: past, Flags: f.recorded(), Greeting: greeting.Take(), Readings: readings,
	}, command.Table())
	complete = func(text string, pos int) line.Completion { return line.Completion(session.Complete(text, pos)) }
	defer session.Close()
	if f.record != "" {
		if err := session.Record(f.record); err != nil {
			fmt.Fprintf(std.Err, "lunarium: %s\n", worded.Text(err))
			return usage.ExitFailed
		}
	}
	failed := converse(ctx, session, reader, p.node.Done())
	session.Close()
	p.close()
	if code := p.node.ExitCode(); code != 0 {
		return code
	}
	if failed && !terminal {
		return usage.ExitFailed
	}
	return usage.ExitOK
}

// untilSignal gives a context that a signal ends, and with it the input; a second
// signal ends the process. A hang-up that nohup lets the process ignore is none.
func untilSignal(reader line.Reader) (ctx context.Context, end func()) {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, end = signal.NotifyContext(context.Background(), signals...)
	context.AfterFunc(ctx, func() {
		end()
		reader.Close()
	})
	return ctx, end
}

// serve runs a node without a shell until a signal, the node's own end or that of
// its last service.
func (p *program) serve() int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	select {
	case <-signals:
	case <-p.node.Done():
	case <-p.node.Empty():
	}
	p.close()
	return p.node.ExitCode()
}

// workers is the number of goroutines that run services.
func workers(f *nodeFlags) int {
	switch {
	case f.clock == "virtual":
		return 1
	case f.threads > 0:
		return f.threads
	}
	return runtime.GOMAXPROCS(0)
}
