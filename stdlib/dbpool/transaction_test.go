package dbpool_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// bank is a service with a table of accounts; its dispatch function evaluates
// what it is sent.
const bank = `pool = db_pool.new(CONFIG)
	pool:execute("drop table if exists accounts")
	pool:execute("create table accounts (name varchar(20) primary key, balance integer)")
	pool:execute("insert into accounts values ('ann', 100), ('bob', 0)")
	function balance(name) return pool:query("select balance from accounts where name = ?", name)[1].balance end
	function move(db, from, to, n)
		db:execute("update accounts set balance = balance - ? where name = ?", n, from)
		db:execute("update accounts set balance = balance + ? where name = ?", n, to)
	end
	skynet.dispatch("lua", function(_, _, code) local f = assert(load(code, "=code")) f() end)
	skynet.start(function() end)`

// tell has a bank evaluate code in a task of its own.
func (w *world) tell(s *service.Service, code string) {
	w.Helper()
	w.send(s, code)
	w.Settle()
}

func (w *world) send(s *service.Service, code string) {
	w.Helper()
	values := []vm.Value{vm.String(code)}
	if err := w.client.Send(s.Address(), message.TypeLua, message.Payload{Values: values}); err != nil {
		w.Fatalf("%v; written:\n%s", err, w.Output())
	}
}

func TestTransactions(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		w := newWorld(t)
		s := w.spawn("bank", source(at, bank))
		w.tell(s, `print(pool:transaction(function(tx)
			move(tx, "ann", "bob", 30)
			return "moved", nil, tx:query("select balance from accounts where name = ?", "bob")[1].balance
		end))
		print(balance("ann"), balance("bob"))`)
		w.want("moved\tnil\t30\n70\t30\n")
		w.tell(s, `local reason = {code = 7}
		local ok, e = pcall(pool.transaction, pool, function(tx) move(tx, "ann", "bob", 30) error(reason) end)
		print(ok, e == reason, balance("ann"), pool:stats().in_use)
		print(pcall(pool.transaction, pool, function(tx) move(tx, "ann", "bob", 30) tx:execute("nonsense") end))
		print(balance("ann"))
		print(pcall(pool.transaction, pool, function(tx) move(tx, "ann", "bob", 30) return 1 + nil end))
		print(balance("ann"), pool:stats().in_use)`)
		lines := strings.Split(w.Take(), "\n")
		if lines[0] != "false\ttrue\t70\t0" || !strings.HasPrefix(lines[1], "false\tcode:4: ") || !strings.Contains(lines[1], "nonsense") ||
			lines[2] != "70" || lines[3] != "false\tcode:6: attempt to perform arithmetic on a nil value" || lines[4] != "70\t0" {
			t.Errorf("failed transactions: %q", lines)
		}
		w.tell(s, `local kept
		pool:transaction(function(tx) kept = tx end)
		print(pcall(function() kept:query("select 1") end))
		print(pcall(pool.transaction, pool, function(tx) tx:execute("commit") end))
		print(pcall(pool.transaction, pool, function(tx) tx:execute("rollback") end))
		pool:transaction(function(tx)
			tx:execute("savepoint a") move(tx, "ann", "bob", 1) tx:execute("rollback to savepoint a")
		end)
		print(balance("ann"), pool:stats().in_use)
		pool:execute("drop table accounts")`)
		w.want("false\tcode:3: the transaction has ended\n" +
			"false\tcode:4: bad argument #1 to 'execute' (COMMIT: transactions are begun and ended by pool:transaction)\n" +
			"false\tcode:5: bad argument #1 to 'execute' (ROLLBACK: transactions are begun and ended by pool:transaction)\n70\t0\n")
	})
}

// TestOthersGoOn has tasks work while another is in the middle of a
// transaction.
func TestOthersGoOn(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		w := newWorld(t)
		s := w.spawn("bank", source(at, bank))
		w.tell(s, `pool:transaction(function(tx) move(tx, "ann", "bob", 10) skynet.sleep(200) print("slept") end) print("moved")`)
		w.tell(s, `print("before", balance("ann"))`)
		w.tell(s, `pool:execute("insert into accounts values ('cleo', 5)") print("inserted")`)
		before := w.Take()
		if at.name == "memory" && before != "" || at.name != "memory" && !strings.HasPrefix(before, "before\t100\n") {
			t.Errorf("during the transaction: %q", before)
		}
		w.Advance(3 * time.Second)
		if text := before + w.Take(); !strings.Contains(text, "slept\nmoved\n") || !strings.Contains(text, "inserted\n") {
			t.Errorf("in the end: %q", text)
		}
		w.tell(s, `print(balance("ann"), pool:stats().in_use, pool:stats().waiting)`)
		w.want("90\t0\t0\n")
	})
}

func TestAKilledTaskIsRolledBack(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		w := newWorld(t)
		s := w.spawn("bank", source(at, bank))
		w.tell(s, `pool:transaction(function(tx) move(tx, "ann", "bob", 10) skynet.wait("never") end)`)
		w.tell(s, `print(pool:execute("insert into accounts values ('cleo', 5)"))`)
		w.Take()
		w.do(s, func(s service.Self) {
			for _, info := range s.TasksHere() {
				if info.Wait.Kind == service.WaitToken {
					s.KillTask(info.ID)
				}
			}
		})
		w.Settle()
		w.tell(s, `print(balance("ann"), balance("cleo"), pool:stats().in_use, pool:stats().abandoned)`)
		if text := w.Take(); !strings.HasSuffix(text, "100\t5\t0\t1\n") {
			t.Errorf("printed %q; the service is %s: %+v", text, s.Status(), s.Stat())
		}
	})
}

func (w *world) do(s *service.Service, f func(service.Self)) {
	w.Helper()
	if err := s.Do(w.Ctx, f); err != nil {
		w.Fatalf("%v; written:\n%s", err, w.Output())
	}
}

// TestAnEndedServiceIsRolledBack kills the service in the middle.
func TestAnEndedServiceIsRolledBack(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		if at.name == "memory" {
			return // it is gone with its service
		}
		w := newWorld(t)
		s := w.spawn("bank", source(at, bank))
		w.tell(s, `pool:transaction(function(tx) move(tx, "ann", "bob", 10) skynet.wait("never") end)`)
		w.Node.Kill(s.Address())
		<-s.Gone()
		w.Take()
		w.spawn("auditor", source(at, `local pool = db_pool.new(CONFIG)
			print(pool:query("select balance from accounts where name = ?", "ann")[1].balance)
			print((pool:execute("update accounts set balance = 1")))`))
		w.want("100\n2\n")
	})
}

// TestAnEndedServiceCancelsItsStatements kills the service while the database
// works for it, with a lock in its hands.
func TestAnEndedServiceCancelsItsStatements(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		if at.name == "memory" || at.name == "mysql" {
			return // MySQL's server goes on for a while
		}
		w := newWorld(t)
		s := w.spawn("bank", source(at, bank))
		w.send(s, `pool:transaction(function(tx) move(tx, "ann", "bob", 10) tx:query("`+endless(at)+`") end)`)
		w.await(s, service.WaitAwait, 1)
		w.Node.Kill(s.Address())
		<-s.Gone()
		w.Take()
		w.spawn("auditor", source(at, `print((db_pool.new(CONFIG):execute("update accounts set balance = balance + 1 where balance = 100")))`))
		w.want("1\n")
	})
}

// TestAnExitInATransaction rolls back, too.
func TestAnExitInATransaction(t *testing.T) {
	w := newWorld(t)
	at := target{"file", "nil"}
	s := w.spawn("bank", source(at, bank))
	w.tell(s, `pool:transaction(function(tx) move(tx, "ann", "bob", 10) skynet.exit() end)`)
	<-s.Gone()
	w.spawn("auditor", `print(db_pool.new():query("select balance from accounts where name = ?", "ann")[1].balance)`)
	w.want("100\n")
}

func TestWaitingForAConnection(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		w := newWorld(t)
		config := strings.NewReplacer("nil", "{size = 1, wait = 2}", `":memory:"`, `{path = ":memory:", wait = 2}`,
			"{driver", "{size = 1, wait = 2, driver").Replace(at.config)
		s := w.spawn("bank", source(target{at.name, config}, bank))
		w.tell(s, `pool:transaction(function(tx) skynet.sleep(300) end) print("first")`)
		w.send(s, `local ok, e = pcall(balance, "ann") print("second", e)`)
		w.Advance(time.Second)
		w.send(s, `skynet.sleep(150) print("third", balance("ann"))`)
		w.Advance(1500 * time.Millisecond)
		w.want("second\tbank.lua:5: no connection within 2 s: 1 of 1 in use, 0 waiting\n")
		w.Advance(time.Second)
		w.want("first\nthird\t100\n")
		w.tell(s, `print(pcall(pool.transaction, pool, function(tx) balance("ann") end))`)
		w.want("")
		w.Advance(2 * time.Second)
		w.want("false\tbank.lua:5: no connection within 2 s: 1 of 1 in use, 0 waiting\n")
		w.tell(s, `local st = pool:stats() print(st.in_use, st.waiting, st.waits, st.timeouts)`)
		w.want("0\t0\t3\t2\n")
	})
}

// TestAKilledWaiterGivesUpItsPlace kills a task in the queue; the next one gets
// the connection.
func TestAKilledWaiterGivesUpItsPlace(t *testing.T) {
	w := newWorld(t)
	s := w.spawn("bank", source(target{"memory", `":memory:"`}, bank))
	w.tell(s, `pool:transaction(function(tx) skynet.sleep(300) end)`)
	w.tell(s, `print("second", balance("ann"))`)
	w.tell(s, `print("third", balance("ann"))`)
	w.do(s, func(s service.Self) { s.KillTask(s.TasksHere()[1].ID) })
	w.Advance(4 * time.Second)
	w.tell(s, `local st = pool:stats() print(st.in_use, st.waiting)`)
	w.want("third\t100\n0\t0\n")
}

func TestManyTasks(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		w := newWorld(t)
		s := w.spawn("bank", source(at, bank))
		w.tell(s, `local left = 200
			for i = 1, 200 do
				skynet.fork(function()
					if i % 4 == 0 then
						pool:transaction(function(tx) move(tx, "ann", "bob", 1) if i % 8 == 0 then skynet.yield() end end)
					elseif i % 4 == 1 then
						pcall(pool.transaction, pool, function(tx) move(tx, "ann", "bob", 1) error("no") end)
					else
						assert(balance("ann") + 0 <= 100)
					end
					left = left - 1
					if left == 0 then print(balance("ann"), balance("bob"), pool:stats().in_use, pool:stats().waiting) end
				end)
			end`)
		w.want("50\t50\t0\t0\n")
	})
}

// endless gives a query that doesn't end by itself.
func endless(at target) string {
	switch at.name {
	case "postgres":
		return "select pg_sleep(3600)"
	case "mysql":
		return "select sleep(3600)"
	}
	return "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c"
}

// TestStatementsAreCancelled kills the task of a statement that would never
// end.
func TestStatementsAreCancelled(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		statement := endless(at)
		w := newWorld(t)
		s := w.spawn("bank", source(at, bank))
		w.send(s, `pool:query("`+statement+`") print("ended")`)
		w.send(s, `pool:transaction(function(tx) tx:query("`+statement+`") end)`)
		w.await(s, service.WaitAwait, 1)
		w.do(s, func(s service.Self) {
			for _, info := range s.TasksHere() {
				s.KillTask(info.ID)
			}
		})
		w.Settle()
		w.tell(s, `print(balance("ann"), pool:stats().in_use)`)
		w.Await("the balance", func(output string) bool { return strings.HasSuffix(output, "100\t0\n") })
		if text := w.Take(); strings.Contains(text, "ended") {
			t.Errorf("printed %q", text)
		}
	})
}

// await waits until a service has so many tasks that wait for something.
func (w *world) await(s *service.Service, kind service.WaitKind, atLeast int) {
	w.Helper()
	for n := 0; n < atLeast; {
		if w.Ctx.Err() != nil {
			w.Fatal("the tasks never came to wait")
		}
		n = 0
		w.do(s, func(s service.Self) {
			for _, info := range s.TasksHere() {
				if info.Wait.Kind == kind {
					n++
				}
			}
		})
	}
}

func TestStatementsTakeTooLong(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for statements that take long")
	}
	w := newWorld(t)
	w.spawn("main", `local pool = db_pool.new{path = ":memory:", timeout = 1}
		local endless = "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c"
		print(pcall(function() pool:query(endless) end))
		print(pcall(pool.transaction, pool, function(tx) tx:query(endless) end))
		print(pool:query("select 1 as one")[1].one, pool:stats().in_use)`)
	w.want(`
false	main.lua:3: the statement took longer than 1 s and was cancelled
false	main.lua:4: the statement took longer than 1 s and was cancelled
1	0
`)
}

// TestClosing closes a pool under a transaction, a waiting task and a statement.
func TestClosing(t *testing.T) {
	w := newWorld(t)
	s := w.spawn("bank", source(target{"file", "{size = 1}"}, bank))
	w.tell(s, `print("tx", pcall(pool.transaction, pool, function(tx) move(tx, "ann", "bob", 1) skynet.sleep(100) move(tx, "ann", "bob", 1) end))`)
	w.tell(s, `print("waiting", pcall(balance, "ann"))`)
	w.tell(s, `pool:close() print("closed", pool:stats().connections)`)
	w.Advance(time.Second)
	w.want(`
waiting	false	bank.lua:5: the pool is closed
closed	0
tx	false	bank.lua:7: the transaction has ended
`)
	w.tell(s, `print(pcall(pool.query, pool, "select 1")) pool = db_pool.new() print(balance("ann"))`)
	w.want("false\tthe pool is closed\n100\n")
}

// TestSharedTransactions has two tasks use one transaction.
func TestSharedTransactions(t *testing.T) {
	w := newWorld(t)
	s := w.spawn("bank", source(target{"memory", `":memory:"`}, bank))
	w.tell(s, `print(pool:transaction(function(tx)
			local error
			skynet.fork(function() error = select(2, pcall(function() tx:query("select 1") end)) end)
			for i = 1, 50 do tx:query("select 1") end
			skynet.yield()
			return error
		end))`)
	w.want("code:3: another task uses this transaction at the moment\n")
}

// TestForgottenTransactions are rolled back when nobody can end them any more.
func TestForgottenTransactions(t *testing.T) {
	w := newWorld(t)
	s := w.spawn("bank", source(target{"memory", `":memory:"`}, bank))
	w.tell(s, `local co = coroutine.create(function() pool:transaction(function(tx) move(tx, "ann", "bob", 1) coroutine.yield() end) end)
		coroutine.resume(co)`)
	w.send(s, `print(balance("ann"))`)
	for w.Ctx.Err() == nil {
		if _, err := s.Collect(context.Background()); err != nil {
			t.Fatal(err)
		}
		if text := w.Take(); text != "" {
			if text != "100\n" {
				t.Errorf("printed %q; the service is %s: %+v", text, s.Status(), s.Stat())
			}
			return
		}
	}
	t.Error("never rolled back")
}
