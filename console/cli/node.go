package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"

	"lunarium/inspect/reload"
	"lunarium/runtime/compile"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
	"lunarium/stdlib"
	"lunarium/stdlib/lua"
	"lunarium/stdlib/nodeconfig"
	"lunarium/stdlib/skynet"
)

// This file makes a node as the flags and the config file say, and ends it.

// newProgram makes a node as the flags and the config file say; nothing runs
// on it yet. Its services read what is given, in the place of the world; nil: nothing is.
func newProgram(f *nodeFlags, out outlet, given func(*service.Reading, string) bool) (*program, error) {
	p := &program{flags: f, output: out}
	virtual := f.clock == "virtual"
	if f.shuffle != 0 && !virtual {
		return nil, errors.New("--shuffle needs --clock virtual: with the real clock the machine chooses the order")
	}
	if !virtual && !f.seed.given {
		f.seed = seed{rand.Uint32(), true}
	}
	if f.config == "" && f.service != "" && nodeconfig.IsConfig(f.service) {
		f.config, f.service = f.service, ""
	}
	config, err := readConfig(f.config)
	if err != nil {
		return nil, err
	}
	patterns, modules := searchPath(f, config)
	if f.threads == 0 {
		f.threads = config.Threads
	}
	if first := config.FirstService(); f.service == "" && len(first) > 0 {
		f.service, f.args = first[0], first[1:]
	}
	p.data = cmp.Or(f.data, config.Data, defaultData)
	options := &stdlib.ServiceOptions{
		Options: skynet.Options{
			ModulePath: modules, Preload: config.Preload,
			OpenConsole: func(owner message.Address, address string) (io.Closer, error) { return p.openConsole(owner, address) },
		},
		Data:     p.data,
		Replaced: reload.Replaced,
		Caches:   &p.caches,
	}
	each, all := f.openFiles()
	p.node = service.NewNode(service.Config{
		Workers: f.threads, Virtual: virtual, Epoch: f.inZone(), Shuffle: f.shuffle, Path: patterns, Builtin: skynet.Services(), Env: config.Env,
		MailboxLimit: f.mailboxLimit, MemLimit: f.memLimit, Files: each, AllFiles: all, Recorder: f.recorder, Traced: f.traced, StrictExit: f.strictExit, Seed: f.seed.number, Output: p.output,
		Known:   lua.Names(skynet.Templates()),
		Crashed: p.crashed, Given: given,
		Ended: p.supervisor.Ended,
		Open:  func(svc service.Self) error { return stdlib.OpenService(svc, options) },
	})
	p.supervisor.Snapshots = &p.snapshots
	p.caches.Connected = func(c net.Conn) net.Conn { return p.node.Endpoints().Conn("redis", c) }
	return p, nil
}

// crashed is told of the errors that nobody caught.
func (p *program) crashed(c service.Crash) uint64 {
	number := p.crashes.Note(c)
	p.supervisor.Crashed(c)
	return number
}

// readConfig reads a skynet config file; an empty path gives an empty one.
func readConfig(path string) (*nodeconfig.Config, error) {
	if path == "" {
		return &nodeconfig.Config{Env: map[string]string{}}, nil
	}
	loader := vm.NewLoader(0)
	return nodeconfig.Read(path, nodeconfig.Host{
		ReadFile: os.ReadFile, Getenv: os.LookupEnv,
		Compile: func(name string, source []byte) (*vm.Code, error) {
			p, err := compile.Chunk(name, source, nil)
			if err != nil {
				return nil, err
			}
			return loader.Load(p), nil
		},
	})
}

// searchPath gives the patterns for services and those for modules: the
// directories of --path, that of a service given as a file, and the config's.
func searchPath(f *nodeFlags, config *nodeconfig.Config) (services []string, modules string) {
	dirs := append([]string{}, f.paths...)
	if strings.HasSuffix(f.service, ".lua") {
		dirs = append(dirs, filepath.Dir(f.service))
	}
	if len(dirs) == 0 && f.config == "" {
		dirs = []string{"."}
	}
	for _, dir := range dirs {
		services = append(services, filepath.Join(dir, "?.lua"), filepath.Join(dir, "?", "init.lua"))
	}
	all := append([]string{}, services...)
	if config.ModulePath != "" {
		all = append(all, config.ModulePath)
	}
	return append(services, config.ServicePath...), strings.Join(all, ";")
}

// launch starts the service of the command line and says so. That it ends while it
// starts, having launched others or done its work, or that it stops the node, is
// no failure.
func (p *program) launch(ctx context.Context, say func(string)) error {
	if p.flags.service == "" {
		return nil
	}
	svc, err := p.node.Launch(ctx, service.Spec{Name: p.flags.service, Args: p.flags.args})
	var failure *message.Failure
	switch {
	case err == nil:
		say(fmt.Sprintf("%s %s is up", svc.Address(), svc.Base()))
	case errors.Is(err, message.ErrStopped):
	case errors.As(err, &failure) && errors.Is(err, message.ErrExited):
		say(fmt.Sprintf("%s %s exited while it started", failure.Service, p.node.NameOf(failure.Service)))
	default:
		return err
	}
	return nil
}

// close stops the node and what listens for it.
func (p *program) close() {
	p.manager.stopping()
	p.remote.close()
	p.closeSSH()
	p.closeDAP()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	p.node.Shutdown(ctx)
	p.closeWeb()
	p.closeOTLP()
	p.caches.Close()
}

// launchError words the failure of the service of the command line.
func launchError(err error) string {
	var failure *message.Failure
	if errors.As(err, &failure) {
		return visible.Entry(failure.Report())
	}
	return visible.Entry(worded.Text(err))
}
