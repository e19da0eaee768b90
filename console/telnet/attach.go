package telnet

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"

	"lunarium/console/line"
	"lunarium/runtime/netguard"
)

// This file is a client for the console.

// detachKey is Ctrl-], as in telnet.
const detachKey = 0x1d

// Local is the near end of Attach.
type Local struct {
	In  io.Reader
	Out io.Writer
	// CharMode puts the terminal into character mode; nil: In is not a
	// terminal, but lines to be sent.
	CharMode func() (restore func() error, err error)
	Size     func() (columns, rows int)   // nil: unknown
	OnResize func(f func()) (stop func()) // nil: the size is fixed
	Term     string                       // the terminal's type; may be ""
	TLS      *tls.Config                  // nil: what is sent is not encrypted
}

// Stdio is the process's own terminal, or its pipes.
func Stdio() Local {
	l := Local{In: os.Stdin, Out: os.Stdout}
	if line.IsTerminal(os.Stdin) && line.IsTerminal(os.Stdout) {
		l.CharMode = func() (func() error, error) { return line.CharMode(os.Stdin) }
		l.Size = func() (int, int) { return line.Size(os.Stdout) }
		l.OnResize = line.OnResize
		l.Term = os.Getenv("TERM")
	}
	return l
}

// Attach connects a terminal to a remote console, whose editor then does the
// editing, until either end hangs up or Ctrl-] is typed. Without a terminal it
// sends what it reads, and prints the replies until the far end hangs up.
func Attach(ctx context.Context, addr string, l Local) error {
	addr = completed(addr)
	var d net.Dialer
	nc, err := d.DialContext(ctx, "tcp", addr)
	if err == nil && l.TLS != nil {
		nc, err = secured(ctx, nc, addr, l.TLS)
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("no console listens at %s (a node opens one with --console %s): %w", addr, addr, err)
	}
	if err != nil {
		return fmt.Errorf("attach: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = nc.Close() })
	defer stop()
	a := &attachment{l: l, nc: nc,
		opts: options{offers: []byte{optNAWS, optTType}, accepts: []byte{optEcho, optSGA}}}
	defer a.close()
	if l.CharMode != nil {
		err = a.terminal()
	} else {
		err = a.pipe()
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// secured makes a connection one of TLS, to the host of an address.
func secured(ctx context.Context, nc net.Conn, addr string, config *tls.Config) (net.Conn, error) {
	config = config.Clone()
	config.ServerName, _, _ = net.SplitHostPort(addr)
	conn := tls.Client(nc, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = nc.Close()
		if errors.As(err, new(tls.RecordHeaderError)) {
			return nil, fmt.Errorf("the console at %s does not speak TLS; leave --tls and --ca out: %w", addr, err)
		}
		return nil, fmt.Errorf("TLS with %s: %w", addr, err)
	}
	return conn, nil
}

// halfCloser is a connection that can say that nothing more comes.
type halfCloser interface{ CloseWrite() error }

// completed makes an address of a port alone, one of this machine, and of a host alone.
func completed(addr string) string {
	if complete, _, err := netguard.Address(addr); err == nil {
		return complete
	}
	if _, _, err := net.SplitHostPort(addr); err != nil && addr != "" && !strings.ContainsAny(addr, " :") {
		return net.JoinHostPort(addr, "8000")
	}
	return addr
}

// attachment is the state of Attach. The goroutine that reads In may outlive
// it, since a read of a terminal cannot be taken back.
type attachment struct {
	l      Local
	nc     net.Conn
	parser parser // the receiving goroutine's

	mu      sync.Mutex // guards what follows, and writing to nc
	opts    options
	restore func() error
	detach  bool
}

func (a *attachment) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	_ = a.nc.Close()
	a.cooked()
}

// cooked gives the terminal its mode back. The lock is held.
func (a *attachment) cooked() {
	if a.restore != nil {
		_ = a.restore()
		a.restore = nil
	}
}

func (a *attachment) send(b []byte) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, err := a.nc.Write(b)
	return err
}

// pipe copies both ways. It answers no negotiation: the far end is to see a
// plain client.
func (a *attachment) pipe() error {
	go func() {
		if _, err := io.Copy(a.nc, a.l.In); err == nil {
			if tc, ok := a.nc.(halfCloser); ok {
				_ = tc.CloseWrite()
			}
		}
	}()
	return a.receive(func(event) error { return nil })
}

func (a *attachment) terminal() error {
	// These are more bytes than TLS takes to see that they are none of its own.
	if err := a.send(append(a.opts.ask(cmdWill, optNAWS), a.opts.ask(cmdWill, optTType)...)); err != nil {
		return fmt.Errorf("attach: %w", err)
	}
	if a.l.OnResize != nil {
		defer a.l.OnResize(func() { _ = a.sendSize() })()
	}
	go a.keyboard()
	err := a.receive(a.negotiate)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.detach {
		_, _ = io.WriteString(a.l.Out, "\r\ndetached\r\n")
		return nil
	}
	return err
}

// keyboard sends what is typed.
func (a *attachment) keyboard() {
	buf := make([]byte, 1024)
	for {
		n, err := a.l.In.Read(buf)
		for _, c := range buf[:n] {
			if c == detachKey {
				a.mu.Lock()
				a.detach = true
				_ = a.nc.Close()
				a.mu.Unlock()
				return
			}
		}
		if n > 0 && a.send(escape(buf[:n])) != nil {
			return
		}
		if err != nil {
			if tc, ok := a.nc.(halfCloser); ok {
				_ = tc.CloseWrite()
			}
			return
		}
	}
}

// receive prints what comes, and hands the rest to handle, until the far end
// hangs up.
func (a *attachment) receive(handle func(event) error) error {
	buf := make([]byte, 4096)
	for {
		n, err := a.nc.Read(buf)
		out := make([]byte, 0, n)
		for _, c := range buf[:n] {
			switch e := a.parser.next(c); e.kind {
			case evNone:
			case evData:
				out = append(out, e.b)
			default:
				if err := handle(e); err != nil {
					return fmt.Errorf("attach: %w", err)
				}
			}
		}
		if _, err := a.l.Out.Write(out); err != nil {
			return fmt.Errorf("attach: %w", err)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("attach: the connection broke: %w", err)
		}
	}
}

// negotiate answers the far end. Character mode follows its offer to echo.
func (a *attachment) negotiate(e event) error {
	if e.kind == evSub && e.opt == optTType && len(e.sub) == 1 && e.sub[0] == 1 {
		term := a.l.Term
		if term == "" {
			term = "unknown"
		}
		b := append([]byte{iac, cmdSB, optTType, 0}, escape([]byte(term))...)
		return a.send(append(b, iac, cmdSE))
	}
	if e.kind != evOption {
		return nil
	}
	a.mu.Lock()
	answer := a.opts.receive(e.b, e.opt)
	if e.opt == optEcho {
		if err := a.follow(e.b); err != nil {
			a.mu.Unlock()
			return err
		}
	}
	a.mu.Unlock()
	if err := a.send(answer); err != nil {
		return err
	}
	if e.b == cmdDo && e.opt == optNAWS {
		return a.sendSize()
	}
	return nil
}

// follow sets the mode of the terminal by who echoes. The lock is held.
func (a *attachment) follow(cmd byte) error {
	switch {
	case cmd == cmdWill && a.restore == nil:
		restore, err := a.l.CharMode()
		if err != nil {
			return err
		}
		a.restore = restore
	case cmd == cmdWont:
		a.cooked()
	}
	return nil
}

func (a *attachment) sendSize() error {
	if a.l.Size == nil {
		return nil
	}
	return a.send(nawsSub(a.l.Size()))
}
