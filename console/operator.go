package console

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/natefinch/atomic"

	"lunarium/console/access"
	"lunarium/inspect/plain"
	"lunarium/runtime/files"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/worded"
)

// This file holds the operator: what commands work for.

// Operator is what commands work for: somebody at a session, with a node, a limit of time,
// and a screen for replies. It belongs to the session's goroutine.
type Operator struct {
	Options
	out       io.Writer // the screen, but while a command's text is captured
	node      *service.Node
	client    *service.Client
	table     *Table
	limit     time.Duration
	shown     plain.Limits
	aliases   map[string]string
	lines     []string
	recording *recording
	closed    bool
	depth     int // of aliases and source files
	rounds    int // that the line has watched, with the virtual clock
	passing   service.Passing
	entered   *access.Principal // Who, but for the command role
	presence  *presence         // what other sessions know of this one
	left      func()            // notes that the session is over
	// unsettled: the node did not finish in time what the line set off. It is waited for
	// once.
	unsettled bool
	unrest    bool // it was told that the node does not come to rest
	mode      Mode // takes the lines instead of the commands; nil: there is none
	prompt    string
	scratch   *service.Service // for the Lua prompt; nil until it is needed
	kept      map[message.Address]keptOf
}

// Node gives the node that the operator looks after.
func (o *Operator) Node() *service.Node { return o.node }

// Client is what sends the operator's messages.
func (o *Operator) Client() *service.Client { return o.client }

// Usage reports arguments that a command cannot work with.
func (o *Operator) Usage(name string) error { return o.table.Usage(name) }

// Commands gives those of the session.
func (o *Operator) Commands() *Table { return o.table }

// Limit is how long commands wait for a service.
func (o *Operator) Limit() time.Duration { return o.limit }

// Shown bounds what replies show of values.
func (o *Operator) Shown() plain.Limits { return o.shown }

// Show sets what replies show of values.
func (o *Operator) Show(limits plain.Limits) { o.shown = limits }

// timeless tells whether replies leave out the time that they took: no replay could
// repeat that of the real clock.
func (o *Operator) timeless() bool { return o.Untimed || o.paced() }

// Timed gives the context of a command that asks a service.
func (o *Operator) Timed(ctx context.Context) (context.Context, context.CancelFunc) {
	return o.Within(ctx, o.limit)
}

// Within gives the context of what may take a limit of real time.
func (o *Operator) Within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	ctx = service.Limited(ctx, limit)
	if o.node.Clock().Virtual() {
		limit = max(limit, o.Patience)
	}
	return context.WithTimeout(ctx, limit)
}

// Settle lets a node with the virtual clock finish what the command set off,
// so that its output stands with the command.
func (o *Operator) Settle(ctx context.Context) error {
	if !o.node.Clock().Virtual() {
		return nil
	}
	if o.unsettled {
		return nil
	}
	ctx, cancel := o.Within(ctx, min(max(o.limit, leastSettling), DefaultLimit))
	defer cancel()
	err := o.node.Settle(ctx)
	o.unsettled = errors.Is(err, context.DeadlineExceeded)
	return err
}

// leastSettling is the least time that a node with the virtual clock gets for what a
// command set off.
const leastSettling = time.Second

// ReadFile reads a file that a command names.
func (o *Operator) ReadFile(path string) (string, error) {
	content, err := files.ReadRegular(path)
	if err != nil {
		return "", fmt.Errorf("cannot read %s: %s", path, worded.FileText(err))
	}
	return string(content), nil
}

// WriteFile writes a file that a command names, in the place of one that is there.
func (o *Operator) WriteFile(path string, content []byte) error {
	if err := o.MayWriteFile(path); err != nil {
		return err
	}
	if err := atomic.WriteFile(path, bytes.NewReader(content)); err != nil {
		return fmt.Errorf("cannot write %s: %s", path, worded.FileText(err))
	}
	return nil
}

// MayWriteFile tells why WriteFile would fail, for who has much to do before. Nothing but a
// file is replaced.
func (o *Operator) MayWriteFile(path string) error {
	if o.Remote {
		return ErrRemote
	}
	if err := o.Writable(path); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("cannot write %s: it is there, and is no file", path)
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return fmt.Errorf("cannot write %s: %s", path, worded.FileText(err))
	}
	return nil
}

// Writable tells why a command may not write a file.
func (o *Operator) Writable(path string) error {
	if o.MayWrite == nil {
		return nil
	}
	return o.MayWrite(path)
}
