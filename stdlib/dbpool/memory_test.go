package dbpool_test

import (
	"path/filepath"
	"strings"
	"testing"

	"lunarium/runtime/service"
	"lunarium/stdlib"
	"lunarium/stdlib/nodetest"
)

// No statement takes a database in memory out of the bounds of its service.
func TestMemoryOfSQLiteStaysBounded(t *testing.T) {
	for _, path := range []string{":memory:", "file.db"} {
		var options stdlib.ServiceOptions
		w := &world{World: nodetest.New(t, service.Config{Virtual: true, MemLimit: 4 << 20}, &options)}
		options.Data = filepath.Join(w.Dir, "data")
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
