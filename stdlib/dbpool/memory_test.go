package dbpool_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/service"
)

// No statement takes a database in memory out of the bounds of its service.
func TestMemoryOfSQLiteStaysBounded(t *testing.T) {
	for _, path := range []string{":memory:", "file.db"} {
		w := newWorldOf(t, service.Config{Virtual: true, MemLimit: 4 << 20})
		w.spawn("main", `skynet.start(function()
			local pool = db_pool.new { driver = "sqlite", path = "`+path+`" }
			for _, text in ipairs {
				"PRAGMA max_page_count = 1000000", "PRAGMA main.max_page_count(1000000)", 'pragma "max_page_count" = 1000000',
				'PRAGMA "main" . [max_page_count] = 1000000', "SELECT 1; PRAGMA /* */ main . page_size = 65536",
				"PRAGMA temp_store = MEMORY", "PRAGMA cache_size = -1000000", "PRAGMA hard_heap_limit=1",
				"ATTACH ':memory:' AS other", 'ATTACH DATABASE ":memory:" AS other', "attach [:memory:] as other",
				"ATTACH 'file:x?mode=memory' AS other", "ATTACH ':mem' || 'ory:' AS other", "ATTACH '' AS other", "ATTACH (SELECT ':memory:') AS other",
			} do
				local ok, why = pcall(pool.execute, pool, text)
				print(not ok and (why:match "memory limit") or text .. ": " .. tostring(why))
			end
			print(select(2, pcall(pool.execute, pool, "ATTACH ? AS other", ":memory:")):match "memory limit")
			print(pool:query("PRAGMA max_page_count")[1].max_page_count)
			pool:execute("ATTACH '`+filepath.ToSlash(filepath.Join(w.Dir, "second.db"))+`' AS 'second'")
			pool:execute("PRAGMA user_version = 7; PRAGMA journal_mode('delete')")
			pool:execute("CREATE TABLE t (x)")
			print(pcall(pool.execute, pool, "INSERT INTO t VALUES (zeroblob(20000000))") and "`+path+` holds it" or "full")
		end)`)
		want := strings.Repeat("memory limit\n", 16) + map[string]string{":memory:": "1024\nfull\n", "file.db": "4294967294\nfile.db holds it\n"}[path]
		if got := w.Take(); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
		}
	}
}

// A memory limit holds for the databases that are there when it is set, in a transaction,
// too.
func TestLaterLimitHoldsForDatabases(t *testing.T) {
	w := newWorld(t)
	w.spawn("main", `skynet.start(function()
		local plain = db_pool.new { driver = "sqlite", path = ":memory:" }
		local paged = db_pool.new { driver = "sqlite", path = ":memory:" }
		local file = db_pool.new { driver = "sqlite", path = "file.db", size = 1 }
		local full = db_pool.new { driver = "sqlite", path = ":memory:" }
		plain:execute("CREATE TABLE t (x)")
		paged:execute("PRAGMA page_size = 65536") paged:execute("CREATE TABLE t (x)")
		file:execute("ATTACH ':memory:' AS 'the \"other\"'") file:execute("PRAGMA cache_size = -100000")
		file:execute('CREATE TABLE "the ""other""".t (x)')
		full:execute("CREATE TABLE t (x)") full:execute("INSERT INTO t VALUES (zeroblob(6000000))")
		local function fill(where, table)
			return select(2, pcall(where.execute, where, "INSERT INTO " .. (table or "t") .. " VALUES (zeroblob(5000000))"))
		end
		pcall(plain.transaction, plain, function(tx)
			tx:execute("INSERT INTO t VALUES (zeroblob(1000000))")
			skynet.memlimit(4000000)
			print(fill(tx))
		end)
		print(fill(plain)) print(fill(paged)) print(fill(file, '"the ""other""".t')) print(fill(full))
		print(file:query("PRAGMA cache_size")[1].cache_size)
		print(plain:query("PRAGMA max_page_count")[1].max_page_count, paged:query("PRAGMA max_page_count")[1].max_page_count)
		print(plain:query("SELECT count(*) n FROM t")[1].n, full:query("SELECT length(x) n FROM t")[1].n)
	end)`)
	want := strings.Repeat("database or disk is full (13)\n", 5) + "-2000\n976\t61\n0\t6000000\n"
	if diff := cmp.Diff(want, w.Take()); diff != "" {
		t.Errorf("printed (-want +got):\n%s", diff)
	}
}
