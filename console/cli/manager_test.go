//go:build unix

package cli

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lunarium/console/usage"
)

// serviceManager is the socket on which a service manager is told how a node is.
type serviceManager struct {
	t    *testing.T
	conn *net.UnixConn
	path string
}

func newServiceManager(t *testing.T) *serviceManager {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &serviceManager{t, conn, path}
}

// hears waits for the next message.
func (m *serviceManager) hears(want string) {
	m.t.Helper()
	m.conn.SetReadDeadline(time.Now().Add(terminalPatience))
	message := make([]byte, 100)
	n, err := m.conn.Read(message)
	if err != nil {
		m.t.Fatalf("no %s: %v", want, err)
	}
	if got := string(message[:n]); got != want {
		m.t.Fatalf("the manager is told %s, not %s", got, want)
	}
}

// A manager is told when the node has started, that it works, and when it stops.
func TestTheManagerIsTold(t *testing.T) {
	inDir(t)
	m := newServiceManager(t)
	t.Setenv("NOTIFY_SOCKET", m.path)
	t.Setenv("WATCHDOG_USEC", "600000000")
	if status, _, errs := ran(t, "", "--no-shell", "other"); status != usage.ExitOK {
		t.Fatalf("status %d: %s", status, errs)
	}
	m.hears("READY=1")
	m.hears("WATCHDOG=1")
	m.hears("STOPPING=1")
}

// What did not start is not said to be ready.
func TestTheManagerIsNotToldOfAFailure(t *testing.T) {
	inDir(t)
	m := newServiceManager(t)
	t.Setenv("NOTIFY_SOCKET", m.path)
	if status, _, _ := ran(t, "", "--no-shell", "broken"); status != usage.ExitFailed {
		t.Errorf("status %d", status)
	}
	if status, _, _ := ran(t, "", "--no-shell", "other"); status != usage.ExitOK {
		t.Errorf("status %d", status)
	}
	m.hears("READY=1") // of the second
	m.hears("STOPPING=1")
}

// activated makes a process ready that is passed listening sockets, as systemd does.
func activated(t *testing.T, names string, sockets []net.Listener, args ...string) *exec.Cmd {
	t.Helper()
	program, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "sh", append([]string{"-c", `LISTEN_PID=$$ exec "$0" "$@"`, program}, args...)...)
	for _, l := range sockets {
		f, err := l.(*net.TCPListener).File()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		command.ExtraFiles = append(command.ExtraFiles, f)
	}
	command.Env = append(os.Environ(), nodeVariable+"=1", "LISTEN_FDS="+string(rune('0'+len(sockets))), "LISTEN_FDNAMES="+names)
	return command
}

// loopback opens a socket that is passed.
func loopback(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// The console and the page are on the sockets that were passed; health asks the page.
func TestSocketActivation(t *testing.T) {
	inDir(t)
	m := newServiceManager(t)
	console, page := loopback(t), loopback(t)
	command := activated(t, "console:web", []net.Listener{console, page}, "--no-shell", "--console", "fd:console", "--web", "fd:web", "idle")
	command.Env = append(command.Env, "NOTIFY_SOCKET="+m.path)
	var logs bytes.Buffer
	command.Stderr = &logs
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer command.Process.Kill()
	m.hears("READY=1")
	if status, out, errs := ran(t, "", "health", page.Addr().String()); status != usage.ExitOK || out != "ok\n" {
		t.Errorf("health: %d, %s%s", status, out, errs)
	}
	client, err := net.Dial("tcp", console.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if line, err := bufio.NewReader(client).ReadString('\n'); err != nil || !strings.Contains(line, "lunarium "+version) { // after telnet's question
		t.Errorf("the console says %q, %v", line, err)
	}
	client.Close()
	command.Process.Signal(syscall.SIGTERM)
	m.hears("STOPPING=1")
	if err := command.Wait(); err != nil {
		t.Errorf("%v\n%s", err, logs.String())
	}
}

// A socket that nobody would answer on, and a name that was not passed, keep the node
// from starting.
func TestSocketsAndFlagsAgree(t *testing.T) {
	inDir(t)
	for _, c := range []struct{ names, args, want string }{
		{"web", "--no-shell idle", `lunarium: a socket "web" was passed to this process and nothing listens on it; want --console fd:web, --web fd:web or --dap fd:web`},
		{"web", "--no-shell --web fd:web --console fd:console idle", `lunarium: console: the socket "console" was not passed to this process`},
	} {
		out, err := activated(t, c.names, []net.Listener{loopback(t)}, strings.Fields(c.args)...).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != usage.ExitFailed || string(out) != c.want+"\n" {
			t.Errorf("%s: %v\n%s", c.args, err, out)
		}
	}
}

func TestHealthOfWhatIsNotThere(t *testing.T) {
	l := loopback(t)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, "the node makes no progress\n")
	})}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	address := l.Addr().String()
	for arg, want := range map[string]string{
		address: "lunarium: the page at " + address + " says: the node makes no progress\n",
		"here":  "lunarium: \"here\" is no address; want HOST:PORT or PORT\n",
	} {
		if status, _, errs := ran(t, "", "health", arg); status != usage.ExitFailed || errs != want {
			t.Errorf("%s: %d, %s", arg, status, errs)
		}
	}
	server.Close()
	if status, _, errs := ran(t, "", "health", address); status != usage.ExitFailed || !strings.HasPrefix(errs, "lunarium: no page answers at "+address+": ") {
		t.Errorf("nobody there: %d, %s", status, errs)
	}
}
