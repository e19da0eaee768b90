package dbpool_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// server is a database server that a test starts and stops.
type server struct {
	t     *testing.T
	owner string // the user that it runs as when the tests run as root
	dir   string
	port  int
	dsn   string
	start func() // returns when it answers
	stop  func() // returns when it has ended
}

// newServer makes a directory for a server that root's tests run as owner.
func newServer(t *testing.T, owner string) *server {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a server")
	}
	// Not t.TempDir, which the server's user can't enter.
	dir, err := os.MkdirTemp("", "lunarium-"+owner+"-")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, owner: owner, dir: dir, port: freePort(t)}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if os.Getuid() != 0 {
		return s
	}
	known, err := user.Lookup(owner)
	if err != nil {
		t.Skipf("the server doesn't run as root, and there is no user %s", owner)
	}
	uid, _ := strconv.Atoi(known.Uid)
	gid, _ := strconv.Atoi(known.Gid)
	if err := os.Chown(dir, uid, gid); err != nil {
		t.Fatal(err)
	}
	return s
}

// freePort gives a port that nobody listens on, and that the system gives to no
// connection meanwhile.
func freePort(t *testing.T) int {
	for range 1000 {
		port := 20000 + rand.IntN(12000)
		if listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			listener.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

// run runs a program to its end.
func (s *server) run(c *exec.Cmd) {
	s.t.Helper()
	c.Dir = s.dir
	log, err := os.CreateTemp(s.t.TempDir(), "log") // a pipe would wait for the server
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close()
	c.Stdout, c.Stderr = log, log
	if err := c.Run(); err != nil {
		text, _ := os.ReadFile(log.Name())
		s.t.Fatalf("%s: %v\n%s", c.Path, err, text)
	}
}

// newPostgres makes a database cluster, or skips the test where PostgreSQL
// isn't installed.
func newPostgres(t *testing.T) *server {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		t.Skip("PostgreSQL's server isn't installed")
	}
	s := newServer(t, "postgres")
	command := func(name string, args ...string) *exec.Cmd {
		args = append([]string{filepath.Join(filepath.Dir(found[len(found)-1]), name), "-D", s.dir + "/data"}, args...)
		if os.Getuid() == 0 {
			args = append([]string{"runuser", "-u", s.owner, "--"}, args...)
		}
		return exec.Command(args[0], args[1:]...)
	}
	s.dsn = fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", s.port)
	s.start = func() {
		t.Helper()
		options := fmt.Sprintf("-p %d -k %s -c listen_addresses=127.0.0.1 -c fsync=off", s.port, s.dir)
		s.run(command("pg_ctl", "-l", s.dir+"/log", "-w", "-t", "300", "-o", options, "start"))
	}
	s.stop = func() { t.Helper(); s.run(command("pg_ctl", "-m", "fast", "-w", "-t", "300", "stop")) }
	t.Cleanup(func() { command("pg_ctl", "-m", "immediate", "stop").Run() })
	s.run(command("initdb", "-A", "trust", "-U", "postgres", "--no-sync"))
	return s
}

// newMySQL makes the data of a MariaDB, or skips the test where it isn't
// installed.
func newMySQL(t *testing.T) *server {
	t.Helper()
	for _, name := range []string{"mariadbd", "mariadb-install-db"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip("MariaDB's server isn't installed")
		}
	}
	s := newServer(t, "mysql")
	var owner []string
	if os.Getuid() == 0 {
		owner = []string{"--user=" + s.owner}
	}
	s.run(exec.Command("mariadb-install-db", append([]string{"--no-defaults", "--datadir=" + s.dir + "/data",
		"--auth-root-authentication-method=normal"}, owner...)...))
	s.dsn = fmt.Sprintf("root@tcp(127.0.0.1:%d)/test", s.port)
	var process *exec.Cmd
	s.start = func() {
		t.Helper()
		process = exec.Command("mariadbd", append([]string{"--no-defaults", "--datadir=" + s.dir + "/data", "--socket=" + s.dir + "/socket",
			"--bind-address=127.0.0.1", "--port=" + strconv.Itoa(s.port), "--innodb-flush-log-at-trx-commit=0"}, owner...)...)
		s.awaitMySQL(process)
	}
	s.stop = func() {
		t.Helper()
		if err := process.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		process.Wait()
		process = nil
	}
	t.Cleanup(func() {
		if process != nil {
			process.Process.Kill()
			process.Wait()
		}
	})
	return s
}

// awaitMySQL starts the process and reads what it logs until it is ready.
func (s *server) awaitMySQL(process *exec.Cmd) {
	s.t.Helper()
	log, err := process.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		s.t.Fatal(err)
	}
	var all strings.Builder
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		fmt.Fprintln(&all, lines.Text())
		if strings.Contains(lines.Text(), "ready for connections") {
			go func() {
				for lines.Scan() {
				}
			}()
			return
		}
	}
	s.t.Fatalf("the server did not start:\n%s", &all)
}
