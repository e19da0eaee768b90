package dbpool_test

import (
	"os"
	"testing"
)

// typesOf are the column types of TestValues on each database.
var typesOf = map[string]string{
	"memory":   "i integer, f real, b boolean, s text, x blob, d date, ts datetime, tz text, n text",
	"file":     "i integer, f real, b boolean, s text, x blob, d date, ts datetime, tz text, n text",
	"postgres": "i bigint, f double precision, b boolean, s text, x bytea, d date, ts timestamp, tz timestamptz, n numeric(30,4)",
	"mysql":    "i bigint, f double, b boolean, s varchar(100) character set utf8mb4, x blob, d date, ts datetime(3), tz varchar(40), n decimal(30,4)",
}

func TestValues(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		w := newWorld(t)
		w.spawn("main", source(at, `local pool = db_pool.new(CONFIG)
			pool:execute("drop table if exists vals")
			pool:execute("create table vals (id integer, `+typesOf[at.name]+`)")
			local function put(id, ...)
				pool:execute("insert into vals values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", id, ...)
				print(sorted(pool:query("select * from vals where id = ?", id)[1]))
			end
			put(1, 42, 1.5, true, "grün\n'\"\\", db_pool.blob("\0\1\255"), "2026-02-28", "2026-02-28 01:02:03", "2026-02-28 01:02:03+00:00", "12345678901234567890.1234")
			put(2, nil, nil, nil, nil, nil, nil, nil, nil, nil)
			put(3, db_pool.null, db_pool.null, db_pool.null, db_pool.null, db_pool.null, db_pool.null, db_pool.null, db_pool.null, db_pool.null)
			put(4, "9007199254740993", -0.25, false, "", db_pool.blob(""), nil, "2026-02-28 01:02:03.25", nil, "-1.5000")
			put(5, 9007199254740992, 1e300, nil, nil, nil, nil, nil, nil, nil)
			put(6, "-9223372036854775808", 2, nil, nil, nil, nil, nil, nil, nil)
			pool:execute("drop table vals")`))
		// SQLite and MySQL have no type for a time with a zone: tz is text there.
		// SQLite has no decimals: n is text. MySQL's booleans are the numbers 0 and 1.
		yes, no, short, fraction := "true", "false", "-1.5000", "2026-02-28 01:02:03.25"
		if at.name == "mysql" {
			yes, no, fraction = "1", "0", "2026-02-28 01:02:03.250"
		}
		w.want(`
b=` + yes + ` d="2026-02-28" f=1.5 i=42 id=1 n="12345678901234567890.1234" s="grün\
'\"\\" ts="2026-02-28 01:02:03` + map[string]string{"mysql": ".000"}[at.name] + `" tz="2026-02-28 01:02:03+00:00" x="\0\1` + "\xff" + `"
id=2
id=3
b=` + no + ` f=-0.25 i="9007199254740993" id=4 n="` + short + `" s="" ts="` + fraction + `" x=""
f=1e+300 i=9.007199254741e+15 id=5
f=2 i="-9223372036854775808" id=6
`)
	})
}

// TestPostgresValues has what only PostgreSQL has.
func TestPostgresValues(t *testing.T) {
	dsn := os.Getenv("LUNARIUM_TEST_POSTGRES")
	if dsn == "" {
		t.Skip("LUNARIUM_TEST_POSTGRES is not set")
	}
	prints(t, source(target{config: `{driver = "postgres", dsn = "` + dsn + `"}`}, `local pool = db_pool.new(CONFIG)
		local function try(sql, ...) local ok, r = pcall(pool.query, pool, "select " .. sql .. " as v", ...)
			print(sql, ok and (type(r[1].v) .. " " .. tostring(r[1].v)) or r) end
		try("1::smallint") try("1.5::real") try("9007199254740993::bigint") try("1.10::numeric") try("'{\"a\": 1}'::jsonb")
		try("array[1,2]") try("'2026-02-28 01:02:03+02'::timestamptz") try("'infinity'::timestamp") try("interval '1 day'")
		try("'5ab9a1a0-9a4c-4a6a-8f3e-111111111111'::uuid") try("time '01:02:03'") try("null") try("true") try("'x'::bytea")
		try("?::text", 5) try("?::int", "7") try("?::jsonb ?? 'a'", '{"a":1}') try("$1::int + $1::int", 2) try("?::boolean", true)
		try("?::float8", 0.1) try("?::text", true) try("$$?$$ || ?", "x") try("?::bytea", db_pool.blob("\0x"))
		try("?::timestamptz", "2026-02-28T01:02:03Z") try("?", "bare") try("? + 1", 2)
		try("?::text", 1.5) try("?::numeric", 1.5) try("?::jsonb", 1.5) try("?::int", 1.5) try("?", false) try("?::smallint", 5)
		pool:execute("create temp table t (a text, b int, c real, d numeric)")
		pool:execute("insert into t values (?, ?, ?, ?)", 1, 2, 3, 4)`), `
1::smallint	number 1
1.5::real	number 1.5
9007199254740993::bigint	string 9007199254740993
1.10::numeric	string 1.10
'{"a": 1}'::jsonb	string {"a": 1}
array[1,2]	string {1,2}
'2026-02-28 01:02:03+02'::timestamptz	string 2026-02-27 23:02:03+00:00
'infinity'::timestamp	string infinity
interval '1 day'	string 1 day
'5ab9a1a0-9a4c-4a6a-8f3e-111111111111'::uuid	string 5ab9a1a0-9a4c-4a6a-8f3e-111111111111
time '01:02:03'	string 01:02:03
null	nil nil
true	boolean true
'x'::bytea	string x
?::text	string 5
?::int	number 7
?::jsonb ?? 'a'	boolean true
$1::int + $1::int	number 4
?::boolean	boolean true
?::float8	number 0.1
?::text	string true
$$?$$ || ?	string ?x
?::bytea	string `+"\x00"+`x
?::timestamptz	string 2026-02-28 01:02:03+00:00
?	string bare
? + 1	number 3
?::text	string 1.5
?::numeric	string 1.5
?::jsonb	string 1.5
?::int	ERROR: invalid input syntax for type integer: "1.5" (SQLSTATE 22P02)
?	string false
?::smallint	number 5
`)
}
