package cli

import (
	"context"

	"lunarium/console/web"
)

// This file serves the page.

// openWeb serves the node's page.
func (p *program) openWeb(address string) error {
	server, err := web.Listen(web.Config{
		Library: libraryHelp, Sessions: &p.sessions, Crashes: &p.crashes, Snapshots: &p.snapshots, Supervisor: &p.supervisor,
		Node: p.node, Address: address, Sockets: p.sockets, Guard: p.guard, TLS: p.tls, Audit: p.audit, Secrets: p.secrets, Version: version, JSON: p.flags.json, Logger: p.logger(),
	})
	if err != nil {
		return err
	}
	p.web = server
	go server.Serve()
	return nil
}

// closeWeb ends the page; those who look at it are told that the node has
// stopped.
func (p *program) closeWeb() {
	if p.web == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), shutdownWait)
	defer cancel()
	p.web.Close(ctx)
}
