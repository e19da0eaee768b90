package cli

import (
	"lunarium/console/otlp"
	"lunarium/runtime/worded"
)

// This file sends the node's traces to a collector.

// openOTLP begins to send the spans of traces. Who asks for that wants traces.
func (p *program) openOTLP(address string) (err error) {
	p.otlp, err = otlp.Open(otlp.Config{Node: p.node, Address: address, Version: version, Logger: p.logger()})
	if t := p.node.Tracer(); err == nil && !p.flags.tracingSaid {
		t.Set(1)
	}
	return err
}

// closeOTLP sends what waits, and says what could not be sent.
func (p *program) closeOTLP() {
	if p.otlp == nil {
		return
	}
	if err := p.otlp.Close(); err != nil {
		p.logger().Warn(worded.Text(err))
	}
}
