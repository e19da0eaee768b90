package dbpool_test

import (
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"lunarium/runtime/service"
)

// TestALockedFile has another connection lock the file for a while.
func TestALockedFile(t *testing.T) {
	w := newWorld(t)
	s := w.spawn("bank", source(target{"file", "{busy = 0.02}"}, bank))
	other, err := sql.Open("sqlite", filepath.Join(w.dir, "data", "lunarium.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	other.SetMaxOpenConns(1)
	if _, err := other.Exec("begin exclusive"); err != nil {
		t.Fatal(err)
	}
	w.tell(s, `print(balance("ann"), pcall(pool.execute, pool, "update accounts set balance = 1"))`)
	w.tell(s, `print(pcall(pool.transaction, pool, function(tx) print("not reached") end))`)
	w.want("100\tfalse\tdatabase is locked (5) (SQLITE_BUSY)\nfalse\tdatabase is locked (5) (SQLITE_BUSY)\n")
	if _, err := other.Exec("rollback"); err != nil {
		t.Fatal(err)
	}
	w.tell(s, `print(pool:execute("update accounts set balance = 1"))`)
	w.want("2\n")
}

// TestAnEndedServicesFileIsFree kills services that use a file; the next one
// waits for no lock.
func TestAnEndedServicesFileIsFree(t *testing.T) {
	w := newWorld(t)
	at := target{"file", "{busy = 0}"}
	s := w.spawn("bank", source(at, bank))
	for range 20 {
		w.tell(s, `for i = 1, 4 do skynet.fork(balance, "ann") end`)
		w.send(s, `pool:transaction(function(tx) move(tx, "ann", "bob", 1) skynet.wait("never") end)`)
		w.settle()
		w.node.Kill(s.Address())
		w.settle()
		s = w.spawn("bank", source(at, bank))
		w.tell(s, `print(balance("ann"))`)
		w.want("100\n")
	}
}

// TestAFileInTheWay has no database where one should be, until it is made room
// for.
func TestAFileInTheWay(t *testing.T) {
	w := newWorld(t)
	if err := os.WriteFile(filepath.Join(w.dir, "data"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := w.spawn("main", `pool = db_pool.new() skynet.dispatch("lua", function(_, _, code) load(code)() end)`)
	w.tell(s, `print((select(2, pcall(pool.query, pool, "select 1")):gsub("/.*/", "")))`)
	w.want("mkdir data: not a directory\n")
	if err := os.Remove(filepath.Join(w.dir, "data")); err != nil {
		t.Fatal(err)
	}
	w.tell(s, `print(#pool:query("select 1"))`)
	w.want("1\n")
}

// TestNoServer has nobody listen.
func TestNoServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	for driver, dsn := range map[string]string{
		"postgres": "postgres://nobody@" + address + "/nothing?sslmode=disable", "mysql": "nobody@tcp(" + address + ")/nothing",
	} {
		w := newWorld(t)
		w.spawn("main", fmt.Sprintf(`local pool = db_pool.new{driver = %q, dsn = %q}
			print(pcall(function() pool:query("select 1") end))
			print(pcall(function() pool:transaction(print) end))`, driver, dsn))
		text := w.printed()
		if strings.Count(text, "connection refused") < 2 || !strings.HasPrefix(text, "false\tmain.lua:2: ") {
			t.Errorf("%s: %q", driver, text)
		}
	}
}

// TestPostgresComesBack stops a server of the test's own and starts it again.
func TestPostgresComesBack(t *testing.T) {
	server := newPostgres(t)
	server.start()
	w := newWorld(t)
	s := w.spawn("bank", source(target{config: fmt.Sprintf(`{driver = "postgres", dsn = %q}`, server.dsn)}, bank))
	w.tell(s, `for i = 1, 8 do skynet.fork(balance, "ann") end`) // every connection is in use
	w.tell(s, `pool:transaction(function(tx) move(tx, "ann", "bob", 1) skynet.wait("over") move(tx, "ann", "bob", 1) end)`)
	w.want("")
	server.stop()
	w.tell(s, `skynet.wakeup("over")`)
	if text := w.printed(); !strings.Contains(text, "bank.lua:7: ") {
		t.Errorf("the transaction: %q", text)
	}
	w.tell(s, `for i = 1, 3 do print(pcall(balance, "ann")) end print(pool:stats().in_use)`)
	if text := w.printed(); strings.Count(text, "false\tbank.lua:5: ") != 3 || !strings.HasSuffix(text, "\n0\n") {
		t.Errorf("without the server: %q", text)
	}
	server.start()
	w.tell(s, `print(balance("ann"), pool:execute("update accounts set balance = 5"))`)
	w.want("100\t2\n")
	// The connections die while nobody uses them: no call meets that.
	w.tell(s, `for i = 1, 8 do skynet.fork(balance, "ann") end`)
	server.stop()
	server.start()
	w.tell(s, `print(balance("ann"), pool:execute("update accounts set balance = 6"))`)
	w.want("5\t2\n")
}

// TestMySQLEndsConnections has the server end the connections of a pool that
// nobody uses at the moment.
func TestMySQLEndsConnections(t *testing.T) {
	dsn := os.Getenv("LUNARIUM_TEST_MYSQL")
	if dsn == "" {
		t.Skip("LUNARIUM_TEST_MYSQL is not set")
	}
	prints(t, fmt.Sprintf(`local config = {driver = "mysql", dsn = %q, size = 1}
		local pool, other = db_pool.new(config), db_pool.new(config)
		local function id() return pool:query("select connection_id() as id")[1].id end
		local old = id()
		other:execute("kill " .. old)
		repeat
			local left = other:query("select count(*) as n from information_schema.processlist where id = ?", old)[1].n
		until left == 0
		print(id() ~= old, pool:stats().errors)`, dsn), "true\t0\n")
}

// TestConnectionsAreListed: netstat shows what a pool has open.
func TestConnectionsAreListed(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		w := newWorld(t)
		s := w.spawn("main", source(at, `pool = db_pool.new(CONFIG) pool:query("select 1")
			skynet.dispatch("lua", function() pool:close() end)`))
		open := w.node.Endpoints()
		if at.name == "memory" || at.name == "file" {
			if len(open) != 0 {
				t.Errorf("open: %v", open)
			}
			return
		}
		if len(open) != 1 || open[0].Kind != at.name || open[0].Owner != s.Address() || open[0].Read == 0 || open[0].Written == 0 {
			t.Errorf("open: %v", open)
		}
		w.tell(s, "")
		if open := w.node.Endpoints(); len(open) != 0 {
			t.Errorf("open after close: %v", open)
		}
	})
}

// postgres is a server that a test starts and stops.
type postgres struct {
	t        *testing.T
	bin, dir string
	port     int
	dsn      string
}

// newPostgres makes a database cluster, or skips the test where PostgreSQL
// isn't installed.
func newPostgres(t *testing.T) *postgres {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		t.Skip("PostgreSQL's server isn't installed")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	// Not t.TempDir, which the server's user can't enter.
	dir, err := os.MkdirTemp("", "lunarium-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	p := &postgres{t: t, bin: filepath.Dir(found[len(found)-1]), dir: dir, port: port}
	p.dsn = fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port)
	t.Cleanup(func() {
		p.command("pg_ctl", "-D", p.dir+"/data", "-m", "immediate", "stop").Run()
		os.RemoveAll(dir)
	})
	if os.Getuid() == 0 {
		owner, err := user.Lookup("postgres")
		if err != nil {
			t.Skip("the server doesn't run as root, and there is no user postgres")
		}
		uid, _ := strconv.Atoi(owner.Uid)
		gid, _ := strconv.Atoi(owner.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	p.run("initdb", "-D", dir+"/data", "-A", "trust", "-U", "postgres", "--no-sync")
	return p
}

func (p *postgres) start() {
	p.run("pg_ctl", "-D", p.dir+"/data", "-l", p.dir+"/log", "-w",
		"-o", fmt.Sprintf("-p %d -k %s -c listen_addresses=127.0.0.1 -c fsync=off", p.port, p.dir), "start")
}

func (p *postgres) stop() { p.run("pg_ctl", "-D", p.dir+"/data", "-m", "fast", "-w", "stop") }

// command runs a program of the server's as a user that isn't root.
func (p *postgres) command(name string, args ...string) *exec.Cmd {
	args = append([]string{filepath.Join(p.bin, name)}, args...)
	if os.Getuid() == 0 {
		args = append([]string{"runuser", "-u", "postgres", "--"}, args...)
	}
	c := exec.Command(args[0], args[1:]...)
	c.Dir = p.dir
	return c
}

func (p *postgres) run(name string, args ...string) {
	p.t.Helper()
	c := p.command(name, args...)
	log, err := os.CreateTemp(p.t.TempDir(), "log") // a pipe would wait for the server
	if err != nil {
		p.t.Fatal(err)
	}
	defer log.Close()
	c.Stdout, c.Stderr = log, log
	if err := c.Run(); err != nil {
		text, _ := os.ReadFile(log.Name())
		p.t.Fatalf("%s: %v\n%s", name, err, text)
	}
}

// TestErrorRecoveryWithPostgres: the tutorial's service, whose database is a
// server that is taken away and comes back.
func TestErrorRecoveryWithPostgres(t *testing.T) {
	server := newPostgres(t)
	server.start()
	w := newWorld(t)
	for _, spec := range []service.Spec{{Name: "db_service", Args: []string{"postgres", server.dsn}}, {Name: "error_recovery"}} {
		if _, err := w.node.Launch(w.ctx, spec); err != nil {
			t.Fatal(err)
		}
	}
	s := w.spawn("client", `skynet.dispatch("lua", function(_, _, code) load(code)() end)
		function ask(...) return skynet.call("ERROR_RECOVERY", "lua", ...) end`)
	w.tell(s, `print(ask("store", "k", {1, 2})) print(#select(2, ask("query", "k")))`)
	w.want("true\tnil\n2\n")
	server.stop()
	w.tell(s, `for i = 1, 10 do ask("store", "k", "lost") end print(ask("query", "k")) print(ask("errors", "database"))`)
	w.want("false\tDatabase error\n11\n")
	w.advance(10 * time.Second)
	if text := w.printed(); !strings.Contains(text, "High error rate for operation: database\n") || !strings.Contains(text, "Recovery failed: ") {
		t.Errorf("without the server: %q", text)
	}
	server.start()
	w.tell(s, `print(#select(2, ask("query", "k")))`) // the next call works
	w.want("2\n")
	w.advance(10 * time.Second)
	if text := w.printed(); !strings.Contains(text, "Recovered operation: database\n") {
		t.Errorf("with the server: %q", text)
	}
	w.tell(s, `print(ask("errors", "database")) print(ask("store", "k", "found")) print(ask("query", "k"))`)
	w.want("0\ntrue\tnil\ntrue\tfound\n")
}
