package console

import (
	"context"
	"fmt"

	"lunarium/runtime/service"
)

// This file holds a session's scratch service.

const scratchSource = `skynet = require "skynet"
skynet.start(function() end)
`

func (o *Operator) closeScratch() {
	if o.scratch != nil {
		o.node.Kill(o.scratch.Address())
		o.scratch = nil
	}
}

// Scratch gives the service of the session's own, for Lua code that belongs to none.
func (o *Operator) Scratch(ctx context.Context) (*service.Service, error) {
	if o.scratch != nil && o.node.Service(o.scratch.Address()) != nil {
		return o.scratch, nil
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	svc, err := o.client.Launch(ctx, service.Spec{Name: "scratch", Source: scratchSource, Literal: true})
	if err != nil {
		return nil, fmt.Errorf("starting the scratch service: %w", err)
	}
	o.scratch = svc
	return svc, nil
}
