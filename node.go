package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lunarium/runtime/service"
	"lunarium/stdlib"
)

// program is a running node with what belongs to it.
type program struct {
	flags  *nodeFlags
	node   *service.Node
	output *output
	remote *remote
}

// output sends what services print and log where the program's flags say.
type output struct {
	prints, logs io.Writer
}

// Print takes what Lua's print wrote.
func (o *output) Print(_ service.Address, text string) { io.WriteString(o.prints, text) }

// Log takes one entry of the log.
func (o *output) Log(e service.LogEntry) { fmt.Fprintln(o.logs, e) }

// virtualEpoch is the first instant of the virtual clock.
var virtualEpoch = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// newProgram makes a node as the flags say; nothing runs on it yet.
func newProgram(f *nodeFlags, prints, logs io.Writer) (*program, error) {
	p := &program{flags: f, output: &output{prints, logs}}
	dirs := append([]string{}, f.paths...)
	env := map[string]string{}
	virtual := f.clock == "virtual"
	seed := uint32(0)
	if !virtual {
		seed = rand.Uint32()
	}
	if strings.HasSuffix(f.service, ".lua") {
		dirs = append(dirs, filepath.Dir(f.service))
	}
	if len(dirs) == 0 {
		dirs = []string{"."}
	}
	var patterns []string
	for _, dir := range dirs {
		patterns = append(patterns, filepath.Join(dir, "?.lua"), filepath.Join(dir, "?", "init.lua"))
	}
	options := stdlib.ServiceOptions{
		ModulePath:  strings.Join(patterns, ";"),
		OpenConsole: func(address string) error { return p.openConsole(address) },
	}
	p.node = service.NewNode(service.Config{
		Workers: f.threads, Virtual: virtual, Epoch: virtualEpoch, Path: patterns, Env: env,
		StrictExit: f.strictExit, Seed: seed, Output: p.output,
		Open: func(svc *service.Service) error { return stdlib.OpenService(svc, options) },
	})
	return p, nil
}

// launch starts the service of the command line and says so.
func (p *program) launch(ctx context.Context, out io.Writer) error {
	if p.flags.service == "" {
		return nil
	}
	svc, err := p.node.Launch(ctx, service.Spec{Name: p.flags.service, Args: p.flags.args})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s %s is up\n", svc.Address(), svc.Base())
	return nil
}

// close stops the node and what listens for it.
func (p *program) close() {
	if p.remote != nil {
		p.remote.close()
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	p.node.Shutdown(ctx)
}

// readPassword gives the first line of the password file.
func readPassword(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the console's password: %w", err)
	}
	line, _, _ := strings.Cut(string(content), "\n")
	if line = strings.TrimRight(line, "\r"); line == "" {
		return nil, fmt.Errorf("the console's password: %s begins with an empty line", path)
	}
	return []byte(line), nil
}
