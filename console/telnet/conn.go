package telnet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"lunarium/console/access"
	"lunarium/runtime/worded"
)

// This file is one client: what comes from it, and what goes to it.

const (
	maxIn  = 1 << 20 // bytes kept of what nobody has read yet
	maxOut = 1 << 20 // bytes kept of what the client has not taken yet
	chunk  = 64 << 10
	// lingerTime bounds how long a finished session waits for its client to
	// hang up; closing earlier could destroy replies on their way.
	lingerTime = time.Second
)

// Kind is what a client has turned out to be.
type Kind int

const (
	Plain    Kind = iota // nc, a script: lines and nothing else
	LineMode             // telnet, but it edits its lines itself
	Editor               // telnet in character mode
)

// String says how the client is connected: by nc or telnet.
func (k Kind) String() string {
	if k == Plain {
		return "nc"
	}
	return "telnet"
}

// ErrSlow reports a client that takes no output.
var ErrSlow = errors.New("the client does not read its output")

// Conn is one client. Read, Write and the methods without a comment to the
// contrary may be used from any goroutine.
type Conn struct {
	nc      net.Conn
	log     *slog.Logger
	timeout time.Duration
	cancel  context.CancelCauseFunc

	greeted  bool // the session's goroutine's
	who      *access.Principal
	admitted bool // guarded by the server's lock

	parser parser // the reader goroutine's, as is what follows
	watch  lineWatch

	mu        sync.Mutex
	changed   *sync.Cond
	opts      options
	opening   []byte // what has come while it is unknown what the client speaks
	speaks    protocol
	in        []byte
	inErr     error
	answering bool // an HTTP request
	silent    bool // the client says no more, and may still be refused
	skipLF    bool // a LF or NUL that comes next belongs to a CR already read
	out       []byte
	sending   bool
	outErr    error
	refused   error // why, until it is logged
	kind      Kind
	columns   int
	rows      int
	term      string
	resized   func()

	spoke    chan struct{} // closed at the first byte
	opened   chan struct{} // closed when speaks is known; kind is meant for lines alone
	decided  chan struct{} // closed when kind is known
	heard    chan struct{} // closed at the first IAC
	intr     chan struct{}
	readDone chan struct{}
}

func newConn(nc net.Conn, log *slog.Logger, timeout time.Duration, cancel context.CancelCauseFunc) *Conn {
	c := &Conn{
		nc: nc, log: log, timeout: timeout, cancel: cancel,
		opts:     options{offers: []byte{optEcho, optSGA}, accepts: []byte{optNAWS, optSGA, optTType}},
		spoke:    make(chan struct{}),
		opened:   make(chan struct{}),
		decided:  make(chan struct{}),
		heard:    make(chan struct{}),
		intr:     make(chan struct{}, 1),
		readDone: make(chan struct{}),
	}
	c.changed = sync.NewCond(&c.mu)
	go c.readLoop()
	go c.writeLoop()
	return c
}

// RemoteAddr is the client's address.
func (c *Conn) RemoteAddr() net.Addr { return c.nc.RemoteAddr() }

// Who has been let in. It is for the goroutine that Config.Handle is called on.
func (c *Conn) Who() *access.Principal { return c.who }

// Kind says what the client is.
func (c *Conn) Kind() Kind {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kind
}

// Columns is the client's width, 0 if unknown.
func (c *Conn) Columns() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.columns
}

// Rows is the client's height, 0 if unknown.
func (c *Conn) Rows() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rows
}

// Color reports whether the client's terminal is likely to show colour.
func (c *Conn) Color() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kind == Editor && c.term != "DUMB" && c.term != "UNKNOWN"
}

// Read gives what the client typed, without telnet commands.
func (c *Conn) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		if c.skipLF && len(c.in) > 0 {
			if c.in[0] == '\n' || c.in[0] == 0 {
				c.in = c.in[1:]
			}
			c.skipLF = false
		}
		if len(c.in) > 0 {
			n := copy(p, c.in)
			c.in = append(c.in[:0], c.in[n:]...)
			c.changed.Broadcast()
			return n, nil
		}
		if c.inErr != nil {
			return 0, c.inErr
		}
		c.changed.Wait()
	}
}

// Write queues output, waiting while the queue is full.
func (c *Conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.out) > maxOut && c.outErr == nil {
		c.changed.Wait()
	}
	if c.outErr != nil {
		return 0, c.outErr
	}
	b := p
	if c.isTelnet() {
		b = escape(p)
	}
	c.out = append(c.out, b...)
	c.changed.Broadcast()
	return len(p), nil
}

func (c *Conn) isTelnet() bool {
	select {
	case <-c.heard:
		return true
	default:
		return false
	}
}

// reply queues an answer of the protocol. It never waits; a client that asks
// and asks and reads no answers is dropped. The lock is held.
func (c *Conn) reply(b []byte) {
	if len(b) == 0 || c.outErr != nil {
		return
	}
	if len(c.out) > 2*maxOut {
		c.fail(ErrSlow)
		return
	}
	c.out = append(c.out, b...)
	c.changed.Broadcast()
}

// fail ends the connection at once. The lock is held.
func (c *Conn) fail(err error) {
	if c.outErr == nil {
		c.outErr = err
	}
	if c.inErr == nil {
		c.inErr = err
	}
	c.out = nil
	c.changed.Broadcast()
	c.cancel(err)
	_ = c.nc.Close()
}

// Close ends the connection at once.
func (c *Conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail(net.ErrClosed)
	return nil
}

// hangUp ends the session's input and cancels it; output still goes out.
func (c *Conn) hangUp(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inErr == nil {
		c.inErr = io.EOF
	}
	c.changed.Broadcast()
	c.cancel(err)
}

// finish sends what is queued and hangs up.
func (c *Conn) finish() {
	c.mu.Lock()
	for (len(c.out) > 0 || c.sending) && c.outErr == nil {
		c.changed.Wait()
	}
	alive := c.outErr == nil
	c.inErr, c.silent = io.EOF, false
	c.changed.Broadcast()
	c.mu.Unlock()
	if alive {
		if half, ok := c.nc.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite()
		}
		_ = c.nc.SetReadDeadline(time.Now().Add(lingerTime))
		<-c.readDone
	}
	_ = c.Close()
	<-c.readDone
}

func (c *Conn) writeLoop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		for len(c.out) == 0 && c.outErr == nil {
			c.changed.Wait()
		}
		if c.outErr != nil {
			return
		}
		b := bytes.Clone(c.out[:min(len(c.out), chunk)])
		c.out = append(c.out[:0], c.out[len(b):]...)
		c.sending = true
		c.mu.Unlock()
		_ = c.nc.SetWriteDeadline(time.Now().Add(c.timeout))
		_, err := c.nc.Write(b)
		c.mu.Lock()
		c.sending = false
		c.changed.Broadcast()
		var ne net.Error
		if errors.As(err, &ne) && ne.Timeout() {
			err = fmt.Errorf("%w for %v", ErrSlow, c.timeout)
		}
		if err != nil && c.outErr == nil {
			c.fail(err)
			c.mu.Unlock()
			c.logDropped(err)
			c.mu.Lock()
		}
	}
}

// logDropped logs why nothing more is sent. The lock is not held.
func (c *Conn) logDropped(why error) {
	level := slog.LevelInfo
	if errors.Is(why, ErrSlow) {
		level = slog.LevelWarn
	}
	c.log.Log(context.Background(), level, "console client dropped", "remote", c.RemoteAddr(), "reason", worded.Text(why))
}

func (c *Conn) readLoop() {
	defer close(c.readDone)
	shakeHands(c.nc, c.timeout)
	buf := make([]byte, 4096)
	for {
		n, err := c.nc.Read(buf)
		c.mu.Lock()
		c.take(buf[:n])
		c.changed.Broadcast()
		for len(c.in) > maxIn && c.inErr == nil {
			c.changed.Wait()
		}
		if err != nil {
			c.hungUp(err)
			c.mu.Unlock()
			c.logRefusal()
			return
		}
		c.mu.Unlock()
		c.logRefusal()
	}
}

// take takes what has come. The lock is held.
func (c *Conn) take(b []byte) {
	switch c.speaks {
	case unknown:
		if len(b) > 0 {
			c.open(b, false)
		}
	case lines:
		for i := range b {
			c.event(c.parser.next(b[i]))
		}
	case request:
		if c.inErr == nil {
			c.in = append(c.in, b...)
		}
	}
}

// refuse ends the session with what it says: nothing that has come is read any more. Who
// has said all that it wants to say, or has gone, is refused as well. The lock is held.
func (c *Conn) refuse(why error) {
	if c.inErr != nil && !c.silent {
		return
	}
	c.in, c.inErr, c.silent = nil, why, false
	if !c.answering { // else the answer says why
		c.reply([]byte(worded.Text(why) + "\r\n"))
	}
	c.refused = why
	c.changed.Broadcast()
	c.cancel(why)
}

// logRefusal logs, once, that the session was refused. The lock is not held.
func (c *Conn) logRefusal() {
	c.mu.Lock()
	why := c.refused
	c.refused = nil
	c.mu.Unlock()
	if why != nil {
		c.log.Warn("console session refused", "remote", c.RemoteAddr(), "reason", worded.Text(why))
	}
}

// end is refuse for those who do not hold the lock.
func (c *Conn) end(why error) {
	c.mu.Lock()
	c.refuse(why)
	c.mu.Unlock()
	c.logRefusal()
}

// protocol is what the client speaks.
func (c *Conn) protocol() protocol {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.speaks
}

// hungUp takes note that no more input comes. The lock is held.
func (c *Conn) hungUp(err error) {
	if c.speaks == unknown {
		c.open(nil, true)
	}
	if c.inErr == nil {
		c.inErr, c.silent = io.EOF, true
	}
	c.decide(Plain)
	if c.kind != Plain || !errors.Is(err, io.EOF) {
		c.cancel(fmt.Errorf("the client is gone: %w", err))
	}
	c.changed.Broadcast()
}

// decide settles what the client is, once. The lock is held.
func (c *Conn) decide(k Kind) {
	select {
	case <-c.decided:
	default:
		c.kind = k
		close(c.decided)
	}
}

// open takes the first bytes of a client and holds them until their first line tells
// what it speaks. A web page can make a browser send what it likes, but for the
// beginning: a request line, or the first byte of TLS. So the bytes are judged
// before any of them is a telnet command or a line. The lock is held.
func (c *Conn) open(b []byte, ended bool) {
	c.opening = append(c.opening, b...)
	if len(c.opening) > 0 && !c.hasSpoken() {
		close(c.spoke)
	}
	c.speaks = judge(c.opening, ended)
	if c.speaks == unknown {
		return
	}
	begun := c.opening
	if c.speaks == foreign {
		c.refuse(foreignError(begun))
	}
	c.opening = nil
	c.take(begun)
	close(c.opened)
}

func (c *Conn) hasSpoken() bool {
	select {
	case <-c.spoke:
		return true
	default:
		return false
	}
}
