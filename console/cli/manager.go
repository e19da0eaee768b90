package cli

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"lunarium/runtime/netguard"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/worded"
)

// This file speaks with the service manager that started the program, systemd or one that
// speaks as it does: the sockets that it passed, and what it is told.

// takeSockets takes the sockets that were passed to the process. One that no flag names
// would let clients wait for ever: that is an error.
func (p *program) takeSockets() (err error) {
	if p.sockets, err = netguard.Passed(); err != nil {
		return err
	}
	for _, name := range p.sockets.Left() {
		if address := "fd:" + name; !slices.Contains([]string{p.flags.console, p.flags.web, p.flags.dap}, address) {
			return fmt.Errorf("a socket %s was passed to this process and nothing listens on it; want --console %s, --web %s or --dap %s",
				visible.Quote(name), visible.Line(address), visible.Line(address), visible.Line(address))
		}
	}
	return nil
}

// manager tells the service manager how the node is, as sd_notify(3) says. Without one,
// when NOTIFY_SOCKET is not set, nothing is told. The zero manager has told nothing.
type manager struct {
	logger *slog.Logger
	end    context.CancelFunc // of the watchdog; nil: not ready yet
	ended  chan struct{}
}

// ready tells that the node has started. From then on, where the manager wants it
// (WatchdogSec=), it is told twice in each such time that the node works, as long as it
// does: a node that makes no progress says nothing and is restarted.
func (m *manager) ready(n *service.Node, logger *slog.Logger) {
	m.logger = logger
	m.tell(daemon.SdNotifyReady)
	limit, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		logger.Warn("the watchdog is not told anything", "error", worded.Text(err))
	}
	var ctx context.Context
	ctx, m.end = context.WithCancel(context.Background())
	m.ended = make(chan struct{})
	go func() {
		defer close(m.ended)
		if limit > 0 {
			m.watch(ctx, n, limit/2)
		}
	}()
}

// watch tells the watchdog, until ctx ends, that the node works.
func (m *manager) watch(ctx context.Context, n *service.Node, every time.Duration) {
	turns := time.NewTicker(every)
	defer turns.Stop()
	for {
		switch err := worksWithin(ctx, n, every); {
		case err == nil:
			m.tell(daemon.SdNotifyWatchdog)
		case ctx.Err() == nil:
			m.logger.Error("the watchdog is not told", "error", worded.Text(err))
		}
		select {
		case <-turns.C:
		case <-ctx.Done():
			return
		}
	}
}

func worksWithin(ctx context.Context, n *service.Node, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return n.Works(ctx)
}

// stopping tells that a node that was ready stops.
func (m *manager) stopping() {
	if m.end == nil {
		return
	}
	m.end()
	<-m.ended
	m.end = nil
	m.tell(daemon.SdNotifyStopping)
}

func (m *manager) tell(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		m.logger.Warn("the service manager can't be told", "state", state, "error", worded.Text(err))
	}
}
