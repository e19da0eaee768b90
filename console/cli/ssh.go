package cli

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"path/filepath"

	"lunarium/console"
	"lunarium/console/command"
	"lunarium/console/ssh"
	"lunarium/runtime/endpoint"
)

// This file serves the console over SSH.

// hostKeyFile is the host's key in the node's data folder, unless a flag says another file.
const hostKeyFile = "ssh_host_key"

// openSSH listens for clients.
func (p *program) openSSH(address string) error {
	key, err := ssh.HostKey(cmp.Or(p.flags.sshHostKey, filepath.Join(p.data, hostKeyFile)))
	if err != nil {
		return err
	}
	var listener *endpoint.Open // set before the first client can be served
	server, err := ssh.Listen(ssh.Config{
		Address: address, Sockets: p.sockets, HostKey: key, Guard: p.guard, Version: version, Logger: p.logger(),
		Track: func(c net.Conn) net.Conn {
			listener.Moved(1, 0)
			return p.node.Endpoints().Open(endpoint.Endpoint{Kind: "ssh", Local: c.LocalAddr().String(), Remote: c.RemoteAddr().String()}).Conn(c)
		},
		Handle: p.sshSession,
	})
	if err != nil {
		return err
	}
	listener = p.node.Endpoints().Open(endpoint.Endpoint{Kind: "ssh listener", Local: server.Addr().String()})
	p.ssh = server
	go server.Serve()
	return nil
}

// sshKind is how the sessions are called.
const sshKind = "ssh"

// sshSession is one session of a client: one command, or lines.
func (p *program) sshSession(ctx context.Context, s *ssh.Session) (failed bool) {
	if !s.HasLine {
		if !s.Terminal() {
			return p.callerSession(ctx, caller{s.Reader, sshKind, s.From, s.Who, false})
		}
		fmt.Fprintf(s, "lunarium %s, \"help\" lists commands\r\n", version)
		p.callerSession(ctx, caller{s.Reader, sshKind, s.From, s.Who, s.Color()})
		return false // who sat there has seen what failed
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	options := p.remoteOptions(sshKind, s.From, s.Who)
	options.Screen, options.End = console.NewScreen(s), func(why string) { fmt.Fprintln(s, why); cancel() }
	session := console.NewSession(p.node, options, command.Table())
	defer session.Close()
	go func() {
		select {
		case <-s.Interrupts():
			cancel()
		case <-p.node.Done():
			cancel()
		case <-ctx.Done():
		}
	}()
	return session.Execute(ctx, s.Command) != nil
}

// closeSSH ends the clients' sessions.
func (p *program) closeSSH() {
	if p.ssh == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), shutdownWait)
	defer cancel()
	p.ssh.Shutdown(ctx)
}
