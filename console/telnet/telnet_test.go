package telnet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"lunarium/console/access"
	"lunarium/console/line"

	"github.com/google/go-cmp/cmp"
)

// never is an After that does not fire: the clients of the tests speak first.
func never(time.Duration) <-chan time.Time { return nil }

// at once is an After that has already fired.
func atOnce(time.Duration) <-chan time.Time {
	ch := make(chan time.Time, 1)
	ch <- time.Time{}
	return ch
}

// echo is a session that answers each line.
func echo(ctx context.Context, c *Conn) {
	complete := func(string, int) line.Completion { return line.Completion{Candidates: []string{"hello"}} }
	r, err := c.Reader(complete)
	if err != nil {
		panic(err)
	}
	defer r.Close()
	for {
		s, err := r.ReadLine("> ")
		switch {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			s = err.Error()
		}
		switch s {
		case "quit":
			fmt.Fprintln(r.Writer(), "bye")
			return
		case "slow":
			fmt.Fprintln(r.Writer(), "waiting")
			select {
			case <-r.Interrupts():
				fmt.Fprintln(r.Writer(), "interrupted")
			case <-ctx.Done():
				return
			}
		case "width":
			fmt.Fprintln(r.Writer(), "width", r.Width())
		case "panic":
			panic("as asked")
		default:
			fmt.Fprintf(r.Writer(), "you said %q\n", s)
		}
	}
}

func serve(t *testing.T, cfg Config) *Server {
	t.Helper()
	cfg.Address = "127.0.0.1:0"
	if cfg.Handle == nil {
		cfg.Handle = echo
	}
	if cfg.After == nil {
		cfg.After = never
	}
	s, err := Listen(cfg)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve() }()
	t.Cleanup(func() {
		if err := s.Shutdown(bounded(t)); err != nil {
			t.Error(err)
		}
		if err := receive(t, done); err != nil {
			t.Error(err)
		}
	})
	return s
}

// patience bounds what a test waits for: a test that hangs says where.
const patience = time.Minute

// bounded gives a context for what a test waits for, also while it cleans up.
func bounded(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// receive waits for a value.
func receive[T any](t *testing.T, from <-chan T) (value T) {
	t.Helper()
	select {
	case value = <-from:
	case <-bounded(t).Done():
		t.Fatal("nothing came")
	}
	return value
}

type client struct {
	t *testing.T
	*net.TCPConn
	got bytes.Buffer
}

func dial(t *testing.T, s *Server) *client {
	t.Helper()
	nc, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	if err := nc.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return &client{t: t, TCPConn: nc.(*net.TCPConn)}
}

func (c *client) send(s string) {
	c.t.Helper()
	if _, err := io.WriteString(c, s); err != nil {
		c.t.Fatal(err)
	}
}

// until reads up to and including want, and gives what came.
func (c *client) until(want string) string {
	c.t.Helper()
	buf := make([]byte, 1)
	for !strings.HasSuffix(c.got.String(), want) {
		if _, err := c.Read(buf); err != nil {
			c.t.Fatalf("waiting for %q, got %q: %v", want, c.got.String(), err)
		}
		c.got.Write(buf)
	}
	return take(&c.got)
}

// rest reads to the end.
func (c *client) rest() string {
	c.t.Helper()
	b, err := io.ReadAll(c)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(b)
}

func take(b *bytes.Buffer) string {
	s := b.String()
	b.Reset()
	return s
}

const (
	willNAWS = "\xff\xfb\x1f"
	doEcho   = "\xff\xfd\x01"
	dontEcho = "\xff\xfe\x01"
	hello    = "\xff\xfb\x01\xff\xfb\x03\xff\xfd\x1f\xff\xfd\x18" // WILL ECHO, WILL SGA, DO NAWS, DO TTYPE
)

func TestPlainScript(t *testing.T) {
	c := dial(t, serve(t, Config{Greeting: "welcome\n"}))
	c.send("list\nstat\r\n")
	c.CloseWrite()
	if diff := cmp.Diff("welcome\r\nyou said \"list\"\nyou said \"stat\"\n", c.rest()); diff != "" {
		t.Error(diff)
	}
}

func TestSilentClientIsAsked(t *testing.T) {
	s := serve(t, Config{After: atOnce, Greeting: "welcome\n"})
	c := dial(t, s)
	c.until(string(probe) + "welcome\r\n")
	c.send("list\nquit\n")
	if got := c.rest(); got != "you said \"list\"\nbye\n" {
		t.Errorf("got %q", got)
	}
	c = dial(t, s)
	c.until(string(probe))
	c.send(willNAWS)
	c.until("\xff\xfb\x01\xff\xfb\x03\xff\xfd\x18")
}

// editorClient gives a client in character mode at its prompt.
func editorClient(t *testing.T, s *Server) *client {
	t.Helper()
	c := dial(t, s)
	c.send(willNAWS)
	c.until(hello)
	c.send(doEcho + "\xff\xfd\x03\xff\xfa\x1f\x00\x32\x00\x18\xff\xf0\xff\xfc\x18")
	c.until("> ")
	return c
}

func TestEditor(t *testing.T) {
	c := editorClient(t, serve(t, Config{}))
	c.send("width\r\x00")
	c.until("\r\nwidth 50\r\n")
	c.send("\xff\xfa\x1f\x00\x28\x00\x18\xff\xf0width\r")
	c.until("\r\nwidth 40\r\n")
	c.send("he\t!\r")
	c.until("you said \"hello !\"\r\n")
	c.send("\x1b[A\r")
	c.until("you said \"hello !\"\r\n")
	c.send("\xff\xf6")
	c.until("[yes]\r\n")
	c.send("half\x03")
	c.until("^C\r\n")
	for _, key := range []string{"\x03", "\xff\xf4\xff\xfd\x06", "\xff\xf3"} {
		c.send("slow\r")
		c.until("\r\nwaiting\r\n")
		c.send(key)
		c.until("interrupted\r\n")
	}
	c.send("a\xff\xffb\r") // not UTF-8
	c.until("you said \"a\ufffdb\"\r\n")
	c.send("\x04")
	c.rest()
}

func TestLineMode(t *testing.T) {
	c := dial(t, serve(t, Config{}))
	c.send(willNAWS)
	c.until(hello)
	c.send(dontEcho)
	c.until("> ")
	c.send("slow\r\n")
	c.until("waiting\r\n")
	c.send("\xff\xf4\xff\xfd\x06")
	c.until("\xff\xfb\x06")
	c.send("quit\r\n")
	if got := c.rest(); !strings.Contains(got, "interrupted\r\n> bye\r\n") {
		t.Errorf("got %q", got)
	}
}

func TestVanishingClient(t *testing.T) {
	begun, gone := make(chan struct{}), make(chan error, 1)
	s := serve(t, Config{Handle: func(ctx context.Context, c *Conn) {
		close(begun)
		<-ctx.Done()
		gone <- context.Cause(ctx)
	}})
	c := dial(t, s)
	c.send(willNAWS)
	c.until(hello)
	c.send(doEcho)
	receive(t, begun) // a client that vanishes before gets no session
	c.Close()
	if err := receive(t, gone); !errors.Is(err, io.EOF) && !strings.Contains(err.Error(), "reset") {
		t.Error(err)
	}
}

func TestSlowClientIsDropped(t *testing.T) {
	gone := make(chan error, 1)
	s := serve(t, Config{WriteTimeout: 20 * time.Millisecond, Handle: func(ctx context.Context, c *Conn) {
		block := make([]byte, 1<<20)
		for {
			if _, err := c.Write(block); err != nil {
				gone <- err
				return
			}
		}
	}})
	c := dial(t, s)
	c.send("\n")
	if err := receive(t, gone); !errors.Is(err, ErrSlow) {
		t.Error(err)
	}
}

func TestLargeReply(t *testing.T) {
	s := serve(t, Config{Handle: func(ctx context.Context, c *Conn) {
		for range 50 {
			_, _ = io.WriteString(c, strings.Repeat("x", 100_000))
		}
	}})
	c := dial(t, s)
	c.send("\n")
	if got := len(c.rest()); got != 5_000_000 {
		t.Errorf("%d bytes arrived", got)
	}
}

func TestPassword(t *testing.T) {
	var delays []time.Duration
	after := func(d time.Duration) <-chan time.Time {
		if d < time.Second || d == time.Minute {
			return nil
		}
		delays = append(delays, d)
		return atOnce(d)
	}
	s := serve(t, Config{Guard: access.OnePassword([]byte("secret"), nil), Grace: time.Millisecond, After: after})
	c := dial(t, s)
	c.send("secret\r\nlist\r\nquit\r\n")
	if got := c.rest(); got != "This console asks for a password.\r\nyou said \"list\"\nbye\n" {
		t.Errorf("got %q", got)
	}
	c = dial(t, s)
	c.send("a\nb\nc\nsecret\n")
	if got := c.rest(); !strings.HasSuffix(got, "Wrong password; goodbye.\r\n") {
		t.Errorf("got %q", got)
	}
	if diff := cmp.Diff([]time.Duration{time.Second, 2 * time.Second, 3 * time.Second}, delays); diff != "" {
		t.Error(diff)
	}
	c = dial(t, s)
	c.send(willNAWS)
	c.until(hello)
	c.send(doEcho + "secrex\x7ft\r\x00quit\r\x00")
	got := c.until("bye\r\n")
	if strings.Contains(got, "sec") || !strings.Contains(got, "Password: \r\n") {
		t.Errorf("got %q", got)
	}
}

func TestExposedAddress(t *testing.T) {
	for _, addr := range []string{":0", "0.0.0.0:0", "[::]:0"} {
		_, err := Listen(Config{Address: addr})
		var exposed *ExposedError
		if !errors.As(err, &exposed) {
			t.Errorf("%s: %v", addr, err)
		}
	}
	s, err := Listen(Config{Address: "0.0.0.0:0", Guard: access.OnePassword([]byte("x"), nil)})
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Shutdown(bounded(t))
	if _, err := Listen(Config{Address: "nonsense"}); err == nil {
		t.Error("a bad address is taken")
	}
}

func TestTooManySessions(t *testing.T) {
	s := serve(t, Config{MaxSessions: 1})
	c := dial(t, s)
	c.send("one\n")
	c.until("you said \"one\"\n")
	if got := dial(t, s).rest(); got != "too many console sessions\r\n" {
		t.Errorf("got %q", got)
	}
}

func TestPanicEndsOneSession(t *testing.T) {
	s := serve(t, Config{})
	other := dial(t, s)
	other.send("one\n")
	other.until("you said \"one\"\n")
	c := dial(t, s)
	c.send("panic\n")
	c.rest()
	other.send("two\n")
	other.until("you said \"two\"\n")
}

func TestManySessions(t *testing.T) {
	s := serve(t, Config{})
	var clients []*client
	for i := range 20 {
		if i%2 == 0 {
			clients = append(clients, editorClient(t, s))
			continue
		}
		clients = append(clients, dial(t, s))
	}
	for i, c := range clients {
		c.send(fmt.Sprintf("line %d\r", i))
		c.until(fmt.Sprintf("you said \"line %d\"", i))
	}
}

func TestAttachTerminal(t *testing.T) {
	s := serve(t, Config{Greeting: "welcome\n"})
	in, keys := io.Pipe()
	out, screen := io.Pipe()
	modes := make(chan string, 2)
	done := make(chan error, 1)
	go func() {
		done <- Attach(bounded(t), s.Addr().String(), Local{
			In: in, Out: screen, Term: "xterm",
			Size: func() (int, int) { return 255, 24 },
			CharMode: func() (func() error, error) {
				modes <- "char"
				return func() error { modes <- "restored"; return nil }, nil
			},
		})
		screen.Close()
	}()
	c := &client{t: t}
	until := func(want string) {
		t.Helper()
		buf := make([]byte, 1)
		for !strings.HasSuffix(c.got.String(), want) {
			if _, err := out.Read(buf); err != nil {
				t.Fatalf("waiting for %q, got %q", want, c.got.String())
			}
			c.got.Write(buf)
		}
		c.got.Reset()
	}
	until("welcome\r\n")
	until("> ")
	if got := receive(t, modes); got != "char" {
		t.Error(got)
	}
	go io.WriteString(keys, "width\r")
	until("width 255\r\n")
	go io.WriteString(keys, "\x1d")
	go io.Copy(io.Discard, out)
	if err := receive(t, done); err != nil {
		t.Error(err)
	}
	if got := receive(t, modes); got != "restored" {
		t.Error(got)
	}
}

func TestAttachPipe(t *testing.T) {
	s := serve(t, Config{})
	var out bytes.Buffer
	err := Attach(bounded(t), s.Addr().String(), Local{In: strings.NewReader("list\nlast"), Out: &out})
	if err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != "you said \"list\"\nyou said \"last\"\n" {
		t.Errorf("got %q", got)
	}
}

func TestAttachNobodyThere(t *testing.T) {
	s, err := Listen(Config{Address: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	addr := s.Addr().String()
	_ = s.Shutdown(bounded(t))
	err = Attach(bounded(t), addr, Local{In: strings.NewReader(""), Out: io.Discard})
	if err == nil || !strings.Contains(err.Error(), "--console "+addr) {
		t.Error(err)
	}
}

func TestShutdownSendsWhatIsQueued(t *testing.T) {
	s, err := Listen(Config{Address: "127.0.0.1:0", After: never, Handle: func(ctx context.Context, c *Conn) {
		_, _ = io.WriteString(c, "ready\n")
		<-ctx.Done()
		_, _ = io.WriteString(c, "good night\n")
	}})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve() }()
	c := dial(t, s)
	c.send("\n")
	c.until("ready\n")
	go func() { done <- s.Shutdown(bounded(t)) }()
	if got := c.rest(); got != "good night\n" {
		t.Errorf("got %q", got)
	}
	c.Close()
	for range 2 {
		if err := receive(t, done); err != nil {
			t.Error(err)
		}
	}
}

func TestAttachCompletesAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"8000": "127.0.0.1:8000", "127.0.0.1:9": "127.0.0.1:9", ":8000": ":8000", "[::1]:8000": "[::1]:8000",
		"game.example": "game.example:8000", "game.example:1": "game.example:1",
	} {
		if got := completed(text); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}
