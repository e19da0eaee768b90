package cli

import (
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"sync"

	"lunarium/console"
	"lunarium/console/access"
	"lunarium/console/dap"
	"lunarium/console/otlp"
	"lunarium/console/secret"
	"lunarium/console/ssh"
	"lunarium/console/telnet"
	"lunarium/console/web"
	"lunarium/inspect/crash"
	"lunarium/inspect/snapshot"
	"lunarium/inspect/supervise"
	"lunarium/runtime/message"
	"lunarium/runtime/netguard"
	"lunarium/runtime/service"
	"lunarium/stdlib/cache"
)

// This file holds a running node with what belongs to it.

// program is a running node with what belongs to it.
type program struct {
	flags  *nodeFlags
	node   *service.Node
	output outlet
	remote remote
	web    *web.Server    // nil: no page is served
	otlp   *otlp.Exporter // nil: spans go nowhere
	dap    *dap.Server    // nil: no editor is served
	ssh    *ssh.Server    // nil: there is no SSH
	data   string         // the folder of databases and saved state
	caches cache.Stores
	// sockets were passed to the process; nil: none were.
	sockets *netguard.Sockets
	manager manager
	// sessions are those of the shell, and of who is connected.
	sessions console.Sessions
	guard    *access.Guard // lets people in; nil: all
	audit    *access.Audit // of changes; nil: none
	secrets  *secret.Names // that observers do not see
	tls      *tls.Config   // of what listens; nil: it is not encrypted
	// crashes are the errors that nobody caught.
	crashes crash.Log
	// snapshots are those of the services' states.
	snapshots snapshot.Store
	// supervisor keeps services running.
	supervisor supervise.Supervisor
}

// outlet takes what the services of a program write.
type outlet interface {
	service.Output
	// own takes what the program says of itself.
	own() io.Writer
}

// output sends what services print and log where the program's flags say.
type output struct {
	prints, logs io.Writer
}

func (o *output) own() io.Writer { return o.logs }

// Print takes what Lua's print wrote.
func (o *output) Print(_ message.Address, text string) { io.WriteString(o.prints, text) }

// Log takes one entry of the log.
func (o *output) Log(e service.LogEntry) { fmt.Fprintln(o.logs, e) }

// remote is the telnet side of the console: a listener for each address.
type remote struct {
	mu      sync.Mutex
	servers []*telnet.Server
}

// logger says what the program has to say of itself, at least warnings, in the log.
func (p *program) logger() *slog.Logger {
	return slog.New(newNodeLog(p.output.own(), max(p.flags.logLevel, slog.LevelWarn)))
}
