package dbpool_test

import (
	"fmt"
	"strings"
	"testing"

	"lunarium/runtime/service"
)

// TestNamedParameters: SQLite's parameters, in the order of their numbers.
func TestNamedParameters(t *testing.T) {
	prints(t, `local pool = db_pool.new(":memory:")
		local function try(sql, ...)
			local ok, r = pcall(pool.query, pool, sql, ...)
			print(ok and sorted(r[1]) or r)
		end
		try("select :a || :b || :a as r", "x", "y") try("select @a as r", "x") try("select $a as r", "x")
		try("select ?2 || ?1 as r", "x", "y") try("select $2 || $1 as r", "x", "y") try("select ?02 || ? || :a as r", 1, 2, 3, 4)
		try("select :a as r, ':b' as s, ':c' as ':d'", nil) try("select :a as r") try("select ?3 as r", 1, 2) try("select @a, @a as r", 1, 2)
		try("select :a::b(c) as r", 5) try("select :ä as r", 5)
		pool:execute("create table t (a, b)")
		print(pool:execute("insert into t values (@a, @b)", 1, nil))
		print(pcall(pool.execute, pool, "insert into t values (?, 1); insert into t values (?, 2)", 1, 2))`, `
r="xyx"
r="x"
r="x"
r="yx"
r="yx"
r="234"
:d=":c" s=":b"
0 parameters for 1 placeholder
2 parameters for 3 placeholders
2 parameters for 1 placeholder
r=5
r=5
1	1
false	several statements can't have parameters
`)
}

// TestChangedPlans has a table change under statements that are prepared on
// each of the pool's connections.
func TestChangedPlans(t *testing.T) {
	at := serverAt(t, "postgres")
	prints(t, source(at, `local pool = db_pool.new(CONFIG)
		pool:execute("drop table if exists plans") pool:execute("create table plans (a int)") pool:execute("insert into plans values (1)")
		local left = 8
		local function all()
			for i = 1, 8 do skynet.fork(function() pool:query("select *, ?::int as n, pg_sleep(0.01) from plans", i) left = left - 1 end) end
			repeat skynet.yield() until left == 0
			left = 8
		end
		all()
		pool:execute("alter table plans add b text default 'z'")
		all()
		print(sorted(pool:query("select * from plans where a = ?", 1)[1]), pool:stats().errors)
		print(pcall(pool.transaction, pool, function(tx)
			tx:query("select * from plans")
			tx:execute("alter table plans add c int")
			local ok, e = pcall(tx.query, tx, "select * from plans")
			print(ok, e:match("cached plan must not change result type"))
		end))
		pool:execute("drop table plans")`), `
a=1 b="z"	0
false	cached plan must not change result type
false	a statement of the transaction failed, so that it was taken back
`)
}

// TestDatesBeforeChrist are written so that the server reads them.
func TestDatesBeforeChrist(t *testing.T) {
	at := serverAt(t, "postgres")
	prints(t, source(at, `local pool = db_pool.new(CONFIG)
		for _, v in ipairs{
			"date 0044-03-15 BC", "date 0001-12-31 BC", "date 0001-01-01", "date 4713-01-01 BC", "date 5874897-12-31", "date infinity", "date -infinity",
			"timestamp 0044-03-15 12:00:00 BC", "timestamp 4713-01-01 00:00:00.000001 BC", "timestamp 294276-12-31 23:59:59.999999", "timestamp -infinity",
			"timestamptz 0044-03-15 12:00:00.5+00:00 BC", "timestamptz 4713-01-01 00:00:00+00:00 BC", "timestamptz 294276-12-31 23:59:59.999999+00:00",
		} do
			local kind, text = v:match("(%a+) (.+)")
			local d = pool:query("select ?::" .. kind .. " as d", text)[1].d
			local same = pool:query("select ?::" .. kind .. " = '" .. text .. "' as same", d)[1].same
			if d ~= text or not same then print(v, d, same) end
		end`), "")
}

// TestLargeLastIDs: MySQL's have no sign.
func TestLargeLastIDs(t *testing.T) {
	at := serverAt(t, "mysql")
	prints(t, source(at, `local pool = db_pool.new(CONFIG)
		pool:execute("drop table if exists ids") pool:execute("create table ids (id bigint unsigned auto_increment primary key)")
		for _, id in ipairs{"1", "9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551614"} do
			local n, last = pool:execute("insert into ids values (?)", id)
			local stored = pool:query("select id from ids where id = ?", id)[1].id
			print(n, last, last == stored)
		end
		pool:execute("drop table ids")`), `
1	1	true
1	9007199254740993	true
1	9223372036854775807	true
1	9223372036854775808	true
1	18446744073709551614	true
`)
}

// TestStaleLastIDs: a statement that made no row has no id.
func TestStaleLastIDs(t *testing.T) {
	prints(t, `local pool = db_pool.new(":memory:")
		pool:execute("create table t (id integer primary key, v unique)")
		print(pool:execute("insert into t values (7, 1)"))
		print(pool:execute("insert or ignore into t (v) values (1)"))
		print(pool:execute("with a as (select 9) insert into t select *, 3 from a"))`, "1\t7\n0\n1\t9\n")
}

// TestCancelledAtTheServer kills the task of a statement: the server works on
// it no longer, and the pool's other connections are as before.
func TestCancelledAtTheServer(t *testing.T) {
	for name, sql := range map[string]struct{ endless, running string }{
		"postgres": {"select pg_sleep(3600), 'cancelled'", "select count(*) as n from pg_stat_activity where state = 'active' and query like '%3600), ''cancelled%' and pid <> pg_backend_pid()"},
		"mysql":    {"select sleep(3600), 'cancelled'", "select count(*) as n from information_schema.processlist where info like '%3600), ''cancelled%' and id <> connection_id()"},
	} {
		t.Run(name, func(t *testing.T) {
			at := serverAt(t, name)
			w := newWorld(t)
			s := w.spawn("bank", source(at, bank))
			other := w.spawn("other", source(at, `pool = db_pool.new(CONFIG) skynet.dispatch("lua", function(_, _, code) load(code)() end)`))
			running := func(want int) {
				t.Helper()
				for w.Ctx.Err() == nil {
					w.send(other, fmt.Sprintf(`print("n", pool:query(%q)[1].n)`, sql.running))
					w.Await("the count", func(text string) bool { return strings.Contains(text, "n\t") })
					if w.Take() == fmt.Sprintf("n\t%d\n", want) {
						return
					}
				}
				t.Fatalf("never %d at the server", want)
			}
			w.send(s, fmt.Sprintf("pool:query(%q)", sql.endless))
			w.send(s, fmt.Sprintf("pool:transaction(function(tx) tx:query(%q) end)", sql.endless))
			w.await(s, service.WaitAwait, 2)
			running(2)
			w.do(s, func(s service.Self) {
				for _, info := range s.TasksHere() {
					s.KillTask(info.ID)
				}
			})
			running(0)
			w.Settle()
			w.tell(s, `print(balance("ann"), pool:stats().in_use)`)
			w.want("100\t0\n")
		})
	}
}

// TestStatementsTakeTooLongAtServers: time is up; a transaction that minds no
// error goes on where the server lets it, and never by halves.
func TestStatementsTakeTooLongAtServers(t *testing.T) {
	for name, endless := range map[string]string{"postgres": "select pg_sleep(3600)", "mysql": "select sleep(3600)"} {
		t.Run(name, func(t *testing.T) {
			at := serverAt(t, name)
			at.config = strings.Replace(at.config, "{", "{timeout = 0.3, ", 1)
			prints(t, source(at, `local pool = db_pool.new(CONFIG)
				pool:execute("drop table if exists late") pool:execute("create table late (a int)")
				local endless = "`+endless+`"
				print(pcall(pool.query, pool, endless))
				pcall(pool.transaction, pool, function(tx)
					tx:execute("insert into late values (1)")
					print(pcall(tx.query, tx, endless))
					pcall(tx.execute, tx, "insert into late values (2)")
					error("back")
				end)
				print(pool:query("select count(*) as n from late")[1].n, pool:stats().in_use)
				pool:execute("drop table late")`), `
false	the statement took longer than 0.3 s and was cancelled
false	the statement took longer than 0.3 s and was cancelled
0	0
`)
		})
	}
}

// TestCopyIsRefused: nobody would send the rows that the server waits for.
func TestCopyIsRefused(t *testing.T) {
	at := serverAt(t, "postgres")
	prints(t, source(at, `local pool = db_pool.new(CONFIG)
		pool:execute("drop table if exists copied") pool:execute("create table copied (stdin int)")
		for _, sql in ipairs{"COPY copied FROM STDIN", "copy copied (stdin) from /* x */ stdin csv", "COPY (SELECT 1) TO STDOUT", "SELECT 1; COPY copied FROM STDIN", "COPY copied TO STDIN"} do
			for _, how in ipairs{"query", "execute"} do
				local ok, e = pcall(pool[how], pool, sql)
				print(ok, e:match("%((.*)%)"))
			end
		end
		print(pool:query("select count(stdin) as n from copied")[1].n)
		print(pcall(pool.execute, pool, "COPY (SELECT * FROM (SELECT 1 AS x) stdin) TO PROGRAM 'cat > /dev/null'"))
		pool:execute("drop table copied")`),
		strings.Repeat("false\tCOPY from or to the client: the pool can't send or take its rows\n", 10)+"0\ntrue\t1\n")
}

// TestTransactionsThatTheDatabaseTakesBack: an error that ends the whole
// transaction is not passed over, even if the function does.
func TestTransactionsThatTheDatabaseTakesBack(t *testing.T) {
	prints(t, `local pool = db_pool.new(":memory:")
		pool:execute("create table t (a integer primary key)")
		print(pcall(pool.transaction, pool, function(tx)
			tx:execute("insert into t values (1)")
			print(pcall(tx.execute, tx, "insert or rollback into t values (1)"))
			print(pcall(tx.execute, tx, "insert into t values (2)"))
		end))
		print(pool:query("select count(*) as n from t")[1].n, pool:stats().in_use)
		print(pool:transaction(function(tx)
			pcall(tx.execute, tx, "insert into t values (1), (1)") -- this one leaves it open
			return tx:execute("insert into t values (3)")
		end))`, `
false	constraint failed: UNIQUE constraint failed: t.a (1555)
false	the transaction has ended: constraint failed: UNIQUE constraint failed: t.a (1555)
false	the transaction has ended: constraint failed: UNIQUE constraint failed: t.a (1555)
0	0
1	3
`)
}

// TestDeadlocks: MySQL takes one of two transactions back, whole.
func TestDeadlocks(t *testing.T) {
	at := serverAt(t, "mysql")
	w := newWorld(t)
	s := w.spawn("bank", source(at, bank))
	w.tell(s, `local left = 2
		local function cross(first, second)
			local ok, e = pcall(pool.transaction, pool, function(tx)
				tx:execute("update accounts set balance = balance + 1 where name = ?", first)
				skynet.sleep(1)
				pcall(tx.execute, tx, "update accounts set balance = balance + 1 where name = ?", second)
				pcall(tx.execute, tx, "insert into accounts values (?, 7)", first .. second)
			end)
			left = left - 1
			print(ok, e and e:match("the transaction has ended: .-Deadlock"))
			if left == 0 then print(balance("ann") + balance("bob"), pool:query("select count(*) as n from accounts")[1].n) end
		end
		skynet.fork(cross, "ann", "bob") skynet.fork(cross, "bob", "ann")`)
	w.Advance(1e9)
	w.Await("both", func(text string) bool { return strings.HasSuffix(text, "102\t3\n") })
	if text := w.Take(); !strings.Contains(text, "false\tthe transaction has ended: ") || !strings.Contains(text, "true\tnil\n") {
		t.Errorf("printed %q", text)
	}
}
