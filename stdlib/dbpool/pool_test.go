package dbpool_test

import (
	"strings"
	"testing"
)

// source puts a target's configuration into a service's text.
func source(at target, text string) string { return strings.ReplaceAll(text, "CONFIG", at.config) }

func TestQueryAndExecute(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		prints(t, source(at, `local pool = db_pool.new(CONFIG)
			pool:execute("drop table if exists people")
			pool:execute("create table people (id integer primary key, name varchar(100), age integer)")
			print((pool:execute("insert into people (id, name, age) values (?, ?, ?), (?, ?, ?)", 1, "ann", 30, 2, "bob", nil)))
			for i, row in ipairs(pool:query("select * from people order by id")) do print(i, sorted(row)) end
			print(#pool:query("select * from people where name = ?", "cleo"))
			print((pool:execute("update people set age = age + 1 where age is not null")))
			print(pool:query("select age from people where id = ?", 1)[1].age)
			print((pool:execute("delete from people")))
			pool:execute("drop table people")
			pool:close() pool:close()
			print(pcall(function() pool:query("select 1") end))`), `
2
1	age=30 id=1 name="ann"
2	id=2 name="bob"
0
1
31
2
false	main.lua:12: the pool is closed
`)
	})
}

func TestLastID(t *testing.T) {
	prints(t, `local pool = db_pool.new(":memory:")
		print(pool:execute("create table t (id integer primary key, v)"))
		print(pool:execute("insert into t (v) values (?)", "a"))
		print(pool:execute("insert into t values (9007199254740993, 1)"))
		print(pool:execute("update t set v = 2"))
		print(pool:execute("create table u (x); insert into u values (1); insert into u values (2)"))
		print(#pool:query("select * from u"))`, `
0
1	1
1	9007199254740993
2
1
2
`)
}

// TestInjection binds texts that would do harm as a part of the statement.
func TestInjection(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		prints(t, source(at, `local pool = db_pool.new(CONFIG)
			pool:execute("drop table if exists users")
			pool:execute("create table users (name varchar(100), secret varchar(100))")
			pool:execute("insert into users values (?, ?)", "root", "s3cret")
			for _, name in ipairs {
				"' or '1'='1", "'; drop table users; --", "root' --", "\\' or 1=1 --", "\" or \"\"=\"", "?", "$1", "root\\",
				"' union select secret, secret from users --", "/* ", "*/", "%", "\xe2\x80\x99 or 1=1",
			} do
				assert(#pool:query("select * from users where name = ?", name) == 0, name)
				pool:execute("insert into users values (?, ?)", name, "x")
				local rows = pool:query("select name from users where name = ? and secret = ?", name, "x")
				assert(#rows == 1 and rows[1].name == name, name)
			end
			print(pool:query("select count(*) as n from users")[1].n)
			pool:execute("drop table users")`), "14\n")
	})
}

func TestErrorsAreLuaErrors(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		w := newWorld(t)
		w.spawn("main", source(at, `local pool = db_pool.new(CONFIG)
			local function try(...) local _, e = pcall(function(...) pool:query(...) end, ...) print((e:gsub("\n.*", ""))) end
			try("selec 1")
			try("select * from no_such_table")
			try("select ?")
			try("select 1", 2)
			try("select ?", {})
			try("select ?", print)
			try("select 1 \0 2")
			try("begin")
			try("  /* x */ Commit")
			print(pool:query("select 1 as one")[1].one, pool:stats().errors, pool:stats().in_use)`))
		lines := strings.Split(w.Take(), "\n")
		for i, part := range []string{
			"selec", "no_such_table", "0 parameters for 1 placeholder", "1 parameter for 0 placeholders",
			"bad argument #2 to 'query' (a table value can't be a parameter)",
			"bad argument #2 to 'query' (a function value can't be a parameter)",
			"bad argument #1 to 'query' (the statement has a zero byte at offset 9)",
			"BEGIN: transactions are begun and ended by pool:transaction",
			"COMMIT: transactions are begun and ended by pool:transaction",
		} {
			if !strings.HasPrefix(lines[i], "main.lua:2: ") || !strings.Contains(lines[i], part) {
				t.Errorf("line %d is %q", i+1, lines[i])
			}
		}
		if got := lines[9]; got != "1\t4\t0" {
			t.Errorf("afterwards: %q", got)
		}
	})
}

func TestLargeResults(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		prints(t, source(at, `local pool = db_pool.new(CONFIG)
			pool:execute("drop table if exists numbers")
			pool:execute("create table numbers (n integer, square double precision, name varchar(40))")
			pool:transaction(function(tx)
				for i = 0, 99 do
					local marks, values = {}, {}
					for j = 1, 100 do
						local n = 100 * i + j
						marks[j] = "(?, ?, ?)"
						values[3 * j - 2], values[3 * j - 1], values[3 * j] = n, n * n / 2, "number " .. n
					end
					tx:execute("insert into numbers values " .. table.concat(marks, ", "), table.unpack(values))
				end
			end)
			local rows = pool:query("select * from numbers order by n")
			local sum = 0
			for i, row in ipairs(rows) do assert(row.n == i and row.name == "number " .. i) sum = sum + row.square end
			print(#rows, sum == 166691667500)
			pool:execute("drop table numbers")`), "10000\ttrue\n")
	})
}

func TestColumnNames(t *testing.T) {
	prints(t, `local pool = db_pool.new(":memory:")
		print(sorted(pool:query("select 1 as a, 2 as a, 3 as a_2, 4 as a, 5 as b")[1]))`,
		"a=1 a_2=2 a_2_2=3 a_3=4 b=5\n")
}

func TestPoolsShowThemselves(t *testing.T) {
	prints(t, `local pool = db_pool.new(":memory:")
		print(pool, db_pool.null, db_pool.blob("abc"))
		pool:transaction(function(tx) print(tx) keep = tx end)
		print(keep)
		pool:close()
		print(pool)
		print(pcall(pool.query, "x"))`, `
db_pool (sqlite :memory:)	NULL	blob of 3 bytes
transaction of db_pool (sqlite :memory:)
ended transaction of db_pool (sqlite :memory:)
db_pool (sqlite :memory:) closed
false	bad argument #1 to '?' (pool expected, got string)
`)
}

func TestConfigurations(t *testing.T) {
	prints(t, `local function try(config) local ok, e = pcall(db_pool.new, config) print(ok and tostring(e) or (e:gsub("^.-%(", "("))) end
		try(nil) try("shop.db") try({}) try({path = "shop.db", size = 2, wait = 1, timeout = 0, busy = 0.5})
		try(5) try({pasword = "x"}) try({[1] = 2}) try({size = 0}) try({size = 1.5}) try({size = "4"}) try({wait = -1})
		try({wait = 1e300}) try({driver = "oracle"}) try({driver = "postgres"}) try({dsn = "x"}) try({path = "a\0b"})
		try({driver = "postgres", dsn = "postgres://ann:secret@db.example:5433/shop"})
		try({driver = "mysql", dsn = "ann:secret@tcp(db.example:3307)/shop"})
		try({driver = "mysql", dsn = "nonsense"}) try({driver = "postgres", dsn = "x", path = "y"})`, `
db_pool (sqlite lunarium.db)
db_pool (sqlite shop.db)
db_pool (sqlite lunarium.db)
db_pool (sqlite shop.db)
(table expected, got number)
(unknown option 'pasword')
(unknown option 1)
(the option 'size' takes an integer from 1 to 1000, not 0)
(the option 'size' takes an integer from 1 to 1000, not 1.5)
(the option 'size' takes an integer from 1 to 1000, not "4")
(the option 'wait' takes seconds, at least 0, not -1)
db_pool (sqlite lunarium.db)
(the option 'driver' takes "sqlite", "postgres" or "mysql", not "oracle")
(dsn is missing, which says where postgres is)
(dsn is for other drivers; sqlite takes path)
(the option 'path' takes a text, not "a\000b")
db_pool (postgres shop at db.example:5433)
db_pool (mysql shop at db.example:3307)
(dsn: invalid DSN: missing the slash separating the database name)
(path is for sqlite; this driver takes dsn)
`)
}
