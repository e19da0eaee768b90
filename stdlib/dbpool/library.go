package dbpool

import (
	"context"
	"database/sql"
	"fmt"
	"runtime"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
	"lunarium/stdlib/kit"
)

// This file holds the library, and the methods of pools and transactions.

// library is db_pool in one state.
type library struct {
	state   *vm.State
	options Options
	pools   *vm.Table // metatable of pools
	txs     *vm.Table // metatable of transactions
	values  *vm.Table // metatable of null and blobs
	null    vm.Value
}

// handle is a pool in Lua's hands. When Lua code has forgotten it, the pool is
// closed.
type handle struct{ *Pool }

var pools = kit.Kind[*handle]{Name: "pool"}

// txHandle is a transaction in Lua's hands.
type txHandle struct{ *lease }

var transactions = kit.Kind[*txHandle]{Name: "transaction"}

// String names the transaction for people.
func (h *txHandle) String() string {
	if h.ended {
		return "ended transaction of " + h.pool.String()
	}
	return "transaction of " + h.pool.String()
}

// Open makes the library: the table that require "db_pool" gives.
func Open(s *vm.State, options Options) *vm.Table {
	l := &library{state: s, options: options}
	l.pools = l.metatable("db_pool", l.poolMethods())
	l.txs = l.metatable("db_pool.transaction", transactionMethods)
	l.values = l.metatable("db_pool.value", kit.Library{})
	l.null = nulls.New(s, null{}, l.values)
	s.Collector().AddRoots("db_pool", func(visit func(*vm.Value)) {
		visit(&l.null)
		kit.VisitTables(visit, l.pools, l.txs, l.values)
	})
	table := s.NewLibrary(l.functions().Bound())
	table.SetString("null", l.null)
	return table
}

// functions are the library's.
func (l *library) functions() kit.Library {
	return kit.Library{Name: "db_pool", Functions: []kit.Function{
		kit.Fn("new", "[config]", kit.Asks, "opens a pool of connections to a database",
			l.open),
		kit.Fn("blob", "bytes", kit.None, "makes bytes a parameter that is no text",
			l.blob),
	}}
}

// poolMethods are the methods of pools.
func (l *library) poolMethods() kit.Library {
	return kit.Library{Name: "pool", Object: true, Functions: []kit.Function{
		kit.Fn("query", "statement, ...", kit.Asks, "runs a statement and gives its rows",
			poolQuery),
		kit.Fn("execute", "statement, ...", kit.Asks, "runs a statement and gives the number of rows it changed, and the last id",
			poolExecute),
		kit.Fn("transaction", "f", kit.Asks, "runs f(tx) in a transaction and gives what it returns; its error takes all back",
			l.transaction),
		kit.Fn("stats", "", kit.Reads, "gives the pool's counters",
			poolStats),
		kit.Fn("close", "", kit.Asks, "closes the connections",
			poolClose),
	}}
}

// transactionMethods are the methods of transactions.
var transactionMethods = kit.Library{Name: "tx", Object: true, Functions: []kit.Function{
	kit.Fn("query", "statement, ...", kit.Asks, "runs a statement of the transaction and gives its rows",
		txQuery),
	kit.Fn("execute", "statement, ...", kit.Asks, "runs a statement of the transaction and gives the number of rows it changed, and the last id",
		txExecute),
}}

// Declarations gives what the library and its objects consist of.
func Declarations() []kit.Library {
	l := (*library)(nil)
	return []kit.Library{l.functions(), l.poolMethods(), transactionMethods}
}

// metatable makes the metatable of a kind of userdata with methods.
func (l *library) metatable(name string, methods kit.Library) *vm.Table {
	meta := methods.Metatable(l.state, vm.Library{"__tostring": toString})
	meta.SetString("__name", vm.String(name))
	return meta
}

func toString(t *vm.Thread) int {
	text := ""
	if u := t.Arg(1).AsUserdata(); u != nil {
		text = fmt.Sprint(u.Data)
	}
	return t.Return(vm.String(text))
}

// open is db_pool.new.
func (l *library) open(t *vm.Thread) int {
	p, err := newPool(l.state, readConfig(t, 1, l.options))
	if err != nil {
		t.ArgError(1, worded.Text(err))
	}
	h := &handle{p}
	runtime.AddCleanup(h, func(cancel context.CancelFunc) { cancel() }, p.cancel)
	return t.Return(pools.New(l.state, h, l.pools))
}

// blob is db_pool.blob: bytes as a parameter.
func (l *library) blob(t *vm.Thread) int {
	return t.Return(blobs.New(l.state, blob(t.CheckString(1)), l.values))
}

func checkPool(t *vm.Thread) *Pool { return pools.Check(t, 1).Pool }

// checkTransaction gives argument 1, a transaction that no statement runs in.
func checkTransaction(t *vm.Thread) *lease {
	h := transactions.Check(t, 1)
	switch {
	case h.ended || h.transaction() == nil:
		h.pool.raise(t, h.over())
	case h.work != nil:
		h.pool.raise(t, errShared)
	}
	return h.lease
}

// request is a statement with its parameters, as pool:query and the like get
// them, and tx:query inside of a transaction.
func request(t *vm.Thread, p *Pool, inside bool) (statement, []any) {
	s, err := p.driver.read(t.CheckString(2))
	if err == nil {
		err = p.driver.refuse(&s, inside)
	}
	if err == nil && p.driver.file && p.state.Memory().Limit() > 0 {
		err = refuseUnbounded(&s)
	}
	if err != nil {
		t.ArgError(2, worded.Text(err))
	}
	args := p.driver.parameters(t, 3)
	if err := s.check(len(args)); err != nil {
		p.raise(t, err)
	}
	return s, args
}

func poolQuery(t *vm.Thread) int {
	p := checkPool(t)
	s, args := request(t, p, false)
	return p.lend(t, p.gates(s.writes()), func(t *vm.Thread, l *lease) int {
		return l.query(t, s, args)
	})
}

func poolExecute(t *vm.Thread) int {
	p := checkPool(t)
	s, args := request(t, p, false)
	return p.lend(t, p.gates(true), func(t *vm.Thread, l *lease) int {
		return l.execute(t, s, args)
	})
}

func txQuery(t *vm.Thread) int {
	l := checkTransaction(t)
	s, args := request(t, l.pool, true)
	return l.query(t, s, args)
}

func txExecute(t *vm.Thread) int {
	l := checkTransaction(t)
	s, args := request(t, l.pool, true)
	return l.execute(t, s, args)
}

// query runs a statement and returns its rows.
func (l *lease) query(t *vm.Thread, s statement, args []any) int {
	p := l.pool
	p.count.queries++
	list, tables, loan := vm.Nil, p.state.Detached(), p.state.Memory().Loan()
	return l.statement(t, "a query", s, func(ctx context.Context, conn *sql.Conn) (err error) {
		list, err = p.driver.query(ctx, conn, tables, loan, s, args)
		if err != nil {
			loan.End()
		}
		return err
	}, func(t *vm.Thread) int {
		loan.End()
		results := []vm.Value{list}
		p.state.Adopt(results)
		return t.Return(results...)
	})
}

// execute runs a statement and returns the rows affected and the last id.
func (l *lease) execute(t *vm.Thread, s statement, args []any) int {
	p := l.pool
	p.count.executes++
	var done result
	return l.statement(t, "a statement", s, func(ctx context.Context, conn *sql.Conn) (err error) {
		done, err = p.driver.execute(ctx, conn, s, args)
		return err
	}, func(t *vm.Thread) int {
		if !done.hasID {
			return t.Return(integer(done.affected))
		}
		return t.Return(integer(done.affected), done.id)
	})
}

// statement has work done in the lease's transaction, or by itself; then the
// lease ends with it.
func (l *lease) statement(t *vm.Thread, what string, s statement, work connWork, then func(*vm.Thread) int) int {
	inside := l.transaction() != nil
	return l.run(t, what, func(ctx context.Context) error {
		if inside {
			return l.inside(ctx, &s, work)
		}
		return l.pool.once(ctx, work)
	}, func(t *vm.Thread, err error) int {
		if !inside {
			l.end()
		}
		if err != nil {
			l.pool.raise(t, err)
		}
		return then(t)
	})
}

// transaction is pool:transaction(f): f gets the transaction; its results are
// passed through, its error takes everything back and is raised again.
func (l *library) transaction(t *vm.Thread) int {
	p := checkPool(t)
	fn := t.CheckFunction(2)
	return p.lend(t, p.gates(true), func(t *vm.Thread, lent *lease) int {
		p.count.transactions++
		return lent.run(t, "a transaction", lent.begin, func(t *vm.Thread, err error) int {
			if err != nil {
				lent.end()
				p.raise(t, err)
			}
			return l.body(t, lent, fn)
		})
	})
}

// body calls f and then ends the transaction as f ended.
func (l *library) body(t *vm.Thread, lent *lease, fn vm.Value) int {
	p := lent.pool
	h := &txHandle{lent}
	// A transaction whose coroutine is never resumed is taken back.
	runtime.AddCleanup(h, func(lent *lease) {
		if lent.transaction() != nil {
			host.Tidy(p.state, "db_pool clean-up", func(*vm.Thread) int { lent.abandon(); return 0 })
		}
	}, lent)
	tx := transactions.New(l.state, h, l.txs)
	protect := l.state.NewFunction("transaction", func(t *vm.Thread) int {
		return t.Protect(fn, []vm.Value{tx}, vm.Nil)
	})
	return t.CallThen(protect, nil, func(t *vm.Thread) int {
		results := t.Args(2)
		if t.Arg(1).Truth() {
			return lent.run(t, "a commit", lent.commit, func(t *vm.Thread, err error) int {
				lent.end()
				if err != nil {
					p.raise(t, err)
				}
				return t.Return(results...)
			})
		}
		p.count.rollbacks++
		return lent.run(t, "a rollback", func(context.Context) error { return lent.rollback() }, func(t *vm.Thread, _ error) int {
			lent.end()
			return t.Raise(results[0])
		})
	})
}

// poolStats is pool:stats().
func poolStats(t *vm.Thread) int {
	p := checkPool(t)
	s := p.db.Stats()
	waiting := len(p.slots.waiting)
	if p.writers != nil {
		waiting += len(p.writers.waiting)
	}
	table := t.State().NewTable(0, 16)
	table.SetString("driver", vm.String(p.driver.name))
	for name, n := range map[string]int{
		"size": p.size, "connections": s.OpenConnections, "in_use": p.slots.inside, "waiting": waiting,
		"queries": p.count.queries, "executes": p.count.executes, "transactions": p.count.transactions,
		"rollbacks": p.count.rollbacks, "errors": p.count.errors, "waits": p.count.waits,
		"timeouts": p.count.timeouts, "abandoned": p.count.abandoned,
	} {
		table.SetString(name, vm.Int(n))
	}
	return t.Return(vm.TableValue(table))
}

// poolClose is pool:close(): statements are cancelled, transactions taken back,
// connections closed. Closing twice does nothing.
func poolClose(t *vm.Thread) int {
	p := checkPool(t)
	if p.state.Isolated() {
		return host.Await(t, "the pool's closing", nil) // code that a reload tries may not
	}
	p.cancel()
	p.slots.dismiss(p.state)
	if p.writers != nil {
		p.writers.dismiss(p.state)
	}
	return host.Await(t, "the pool's closing", func(finish func(func(*vm.Thread) int)) func() {
		go func() {
			<-p.done
			finish(func(*vm.Thread) int { return 0 })
		}()
		return nil
	})
}
