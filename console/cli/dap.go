package cli

import (
	"context"

	"lunarium/console/dap"
)

// This file serves editors that debug.

// openDAP listens for editors.
func (p *program) openDAP(address string) error {
	server, err := dap.Listen(dap.Config{
		Node: p.node, Address: address, Sockets: p.sockets, Guard: p.guard, Audit: p.audit, Sessions: &p.sessions, Logger: p.logger(),
	})
	if err != nil {
		return err
	}
	p.dap = server
	go server.Serve()
	return nil
}

// closeDAP ends the editors' sessions, so that no task stands when the node ends.
func (p *program) closeDAP() {
	if p.dap == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), shutdownWait)
	defer cancel()
	p.dap.Close(ctx)
}
