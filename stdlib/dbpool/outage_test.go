package dbpool_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
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
	other, err := sql.Open("sqlite", filepath.Join(w.Dir, "data", "lunarium.db"))
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

// SQLite counts in milliseconds of 32 bits; more would be none.
func TestALongWaitForAFile(t *testing.T) {
	prints(t, `print(db_pool.new{path = ":memory:", busy = 1e10}:query("pragma busy_timeout")[1].timeout)`, "\n2147483647\n")
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
		w.Settle()
		w.Node.Kill(s.Address())
		w.Settle()
		s = w.spawn("bank", source(at, bank))
		w.tell(s, `print(balance("ann"))`)
		w.want("100\n")
	}
}

// TestAFileInTheWay has no database where one should be, until it is made room
// for.
func TestAFileInTheWay(t *testing.T) {
	w := newWorld(t)
	if err := os.WriteFile(filepath.Join(w.Dir, "data"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := w.spawn("main", `pool = db_pool.new() skynet.dispatch("lua", function(_, _, code) load(code)() end)`)
	w.tell(s, `print((select(2, pcall(pool.query, pool, "select 1")):gsub("/.*/", "")))`)
	w.want("mkdir data: not a directory\n")
	if err := os.Remove(filepath.Join(w.Dir, "data")); err != nil {
		t.Fatal(err)
	}
	w.tell(s, `print(#pool:query("select 1"))`)
	w.want("1\n")
}

// TestNoServer has nobody listen.
func TestNoServer(t *testing.T) {
	const address = "127.0.0.1:1"
	for driver, dsn := range map[string]string{
		"postgres": "postgres://nobody@" + address + "/nothing?sslmode=disable", "mysql": "nobody@tcp(" + address + ")/nothing",
	} {
		w := newWorld(t)
		w.spawn("main", fmt.Sprintf(`local pool = db_pool.new{driver = %q, dsn = %q}
			print(pcall(function() pool:query("select 1") end))
			print(pcall(function() pool:transaction(print) end))`, driver, dsn))
		text := w.Take()
		if strings.Count(text, "connection refused") < 2 || !strings.HasPrefix(text, "false\tmain.lua:2: ") {
			t.Errorf("%s: %q", driver, text)
		}
	}
}

// TestServersComeBack stops servers of the test's own and starts them again.
func TestServersComeBack(t *testing.T) {
	t.Parallel()
	for driver, newServer := range map[string]func(*testing.T) *server{"postgres": newPostgres, "mysql": newMySQL} {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			server := newServer(t)
			server.start()
			at := target{driver, fmt.Sprintf("{driver = %q, dsn = %q}", driver, server.dsn)}
			t.Run("between statements", func(t *testing.T) { stopBetweenStatements(t, at, server) })
			t.Run("under a statement", func(t *testing.T) { stopUnderAStatement(t, at, server) })
			if driver == "postgres" {
				t.Run("under the tutorial's service", func(t *testing.T) { stopUnderErrorRecovery(t, server) })
			}
		})
	}
}

func stopBetweenStatements(t *testing.T, at target, server *server) {
	w := newWorld(t)
	s := w.spawn("bank", source(at, bank))
	w.tell(s, `for i = 1, 8 do skynet.fork(balance, "ann") end`) // every connection is in use
	w.tell(s, `pool:transaction(function(tx) move(tx, "ann", "bob", 1) skynet.wait("over") move(tx, "ann", "bob", 1) end)`)
	w.want("")
	server.stop()
	w.tell(s, `skynet.wakeup("over")`)
	if text := w.Take(); !strings.Contains(text, "bank.lua:7: ") {
		t.Errorf("the transaction: %q", text)
	}
	w.tell(s, `for i = 1, 3 do print(pcall(balance, "ann")) end print(pool:stats().in_use)`)
	if text := w.Take(); strings.Count(text, "false\tbank.lua:5: ") != 3 || !strings.Contains(text, "connection refused") ||
		!strings.HasSuffix(text, "\n0\n") {
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

// stopUnderAStatement has a statement wait for a lock, and a task for a
// connection, when the server stops.
func stopUnderAStatement(t *testing.T, at target, server *server) {
	w := newWorld(t)
	s := w.spawn("bank", source(target{at.name, strings.Replace(at.config, "{", "{size = 2, ", 1)}, bank))
	w.tell(s, `pool:transaction(function(tx) move(tx, "ann", "bob", 1) skynet.wait("never") end)`)
	w.send(s, `print("locked", pcall(pool.execute, pool, "update accounts set balance = 7 where name = 'ann'"))`)
	w.await(s, service.WaitAwait, 1)
	w.send(s, `print("queued", pcall(balance, "ann"))`)
	server.stop()
	w.Settle()
	text := w.Take()
	if !strings.Contains(text, "locked\tfalse\t") || !strings.Contains(text, "queued\tfalse\tbank.lua:5: ") {
		t.Errorf("printed %q", text)
	}
	server.start()
	w.tell(s, `print(balance("ann"), pool:execute("update accounts set balance = 6 where name = 'bob'"))`)
	w.want("100\t1\n")
}

// stopUnderErrorRecovery stops the server under the tutorial's service that recovers from
// errors.
func stopUnderErrorRecovery(t *testing.T, server *server) {
	w := newWorld(t)
	for _, spec := range []service.Spec{{Name: "db_service", Args: []string{"postgres", server.dsn}}, {Name: "error_recovery"}} {
		if _, err := w.Node.Launch(w.Ctx, spec); err != nil {
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
	w.Advance(10 * time.Second)
	if text := w.Take(); !strings.Contains(text, "High error rate for operation: database\n") || !strings.Contains(text, "Recovery failed: ") {
		t.Errorf("without the server: %q", text)
	}
	server.start()
	w.tell(s, `print(#select(2, ask("query", "k")))`) // the next call works
	w.want("2\n")
	w.Advance(10 * time.Second)
	if text := w.Take(); !strings.Contains(text, "Recovered operation: database\n") {
		t.Errorf("with the server: %q", text)
	}
	w.tell(s, `print(ask("errors", "database")) print(ask("store", "k", "found")) print(ask("query", "k"))`)
	w.want("0\ntrue\tnil\ntrue\tfound\n")
}

// TestMySQLEndsConnections has the server end the connections of a pool that
// nobody uses at the moment.
func TestMySQLEndsConnections(t *testing.T) {
	prints(t, source(serverAt(t, "mysql"), `local config = CONFIG
		config.size = 1
		local pool, other = db_pool.new(config), db_pool.new(config)
		local function id() return pool:query("select connection_id() as id")[1].id end
		local old = id()
		other:execute("kill " .. old)
		repeat
			local left = other:query("select count(*) as n from information_schema.processlist where id = ?", old)[1].n
		until left == 0
		print(id() ~= old, pool:stats().errors)`), "true\t0\n")
}

// TestConnectionsAreListed: netstat shows what a pool has open.
func TestConnectionsAreListed(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		w := newWorld(t)
		s := w.spawn("main", source(at, `pool = db_pool.new(CONFIG) pool:query("select 1")
			skynet.dispatch("lua", function() pool:close() end)`))
		open := w.Node.Endpoints().List()
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
		if open := w.Node.Endpoints().List(); len(open) != 0 {
			t.Errorf("open after close: %v", open)
		}
	})
}
