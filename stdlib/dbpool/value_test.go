package dbpool_test

import (
	"strings"
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
	prints(t, source(serverAt(t, "postgres"), `local pool = db_pool.new(CONFIG)
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

// limits are values at the ends of each column type, as text that each database
// writes and reads.
var limits = map[string][]string{
	"memory": {
		"integer -9223372036854775808 9223372036854775807", "real 1.7976931348623157e308 -5e-324 0.1", "boolean 0 1", "text 'x' 'grün'", "blob x'00ff' x''",
		"date '0001-01-01' '9999-12-31' '2026-02-29' '-0044-03-15' 'never'", "datetime '0000-01-01 00:00:00' '9999-12-31 23:59:59.999999999' '2026-02-28 01:02:03+05:45'",
		"timestamp '2026-02-28 24:00:00' '2026-02-28 01:02:03-12:00' 5", "json '{\"a\": [1, null]}'", "numeric 12345678901234567890 1.10",
	},
	"postgres": {
		"smallint -32768 32767", "integer -2147483648 2147483647", "bigint -9223372036854775808 9223372036854775807 9007199254740993",
		"real '3.4028235e38' '-1e-45' 'nan' 'infinity' '-infinity' 0.1", "double_precision '1.7976931348623157e308' '-5e-324' 'nan' 'infinity' '-infinity' 0.1",
		"numeric 12345678901234567890123456789.123456789 'NaN' 'Infinity' '-Infinity' 1.10 1e-30 1e130", "numeric(5,2) -999.99", "boolean true false",
		"text '' 'grün\\\"' E'a\\nb'", "char(5) 'ab'", "bytea '\\x00ff27' ''", "date '4713-01-01BC' '5874897-12-31' 'infinity' '0001-12-31BC'",
		"time '00:00:00' '24:00:00' '23:59:59.999999'", "timetz '24:00:00-15:59' '00:00:00+15:59'", "timestamp '4713-01-01BC' '294276-12-31T23:59:59.999999' '-infinity'",
		"timestamptz '4713-01-01T00:00:00Z BC' '294276-12-31T23:59:59.999999Z' 'infinity' '2026-02-28T01:02:03+05:45' '1900-01-01T00:00:00.000001Z'",
		"interval '178000000years' '-1day' '1.5s' '1mon -1day'", "json '{\"a\":[1,null]}' 'null' '\"x\"' '5'", "jsonb '{\"a\":[1,null]}' 'null' '5' 'true'",
		"uuid '5ab9a1a0-9a4c-4a6a-8f3e-111111111111'", "inet '10.0.0.1/8' '::1'", "cidr '10.0.0.0/8'", "macaddr '08:00:2b:01:02:03'", "bit(3) '101'", "varbit '1' ''",
		"money 92233720368547758.07 -1.5", "int[] '{1,null,3}' '{}' '{{1,2},{3,4}}' '[0:1]={1,2}'", "text[] '{\"a,b\",\"\\\"\",null,\"null\",\"\"}'",
		"date[] '{0044-03-15BC,infinity}'", "timestamptz[] '{2026-02-28T01:02:03Z}'", "float8[] '{nan,infinity}'", "bool[] '{t,f}'", "bytea[] '{\"\\\\x00ff\"}'",
		"numeric[] '{NaN,1.10}'", "jsonb[] '{\"{\\\"a\\\":1}\"}'", "int4range '[1,5)' 'empty' '(,)'", "tstzrange '[2026-01-01T00:00:00Z,)'", "daterange '[0044-03-15BC,2026-01-01)'",
		"int4multirange '{[1,2),[5,6)}'", "point '(1,2.5)'", "box '(1,1),(0,0)'", "path '[(1,2),(3,4)]'", "polygon '((1,2),(3,4))'", "circle '<(1,2),3>'", "line '{1,2,3}'",
		"xml '<a>x</a>'", "tsvector 'a:1'", "oid 4294967295 0", "xid '4294967295'", "name 'x'", "\"char\" 'x'", "regclass 'pg_class'",
	},
	"mysql": {
		"tinyint -128 127", "bigint -9223372036854775808 9223372036854775807", "bigint_unsigned 18446744073709551615 9007199254740993 0", "int_unsigned 4294967295",
		"float 0.5 -3.40282e38", "double 1.7976931348623157e308 -5e-324 0.1", "decimal(65,30) 12345678901234567890123456789012345.123456789012345678901234567890 -1.5",
		"boolean true false", "text '' 'grün'", "varbinary(10) x'00ff27'", "date '0000-00-00' '0001-01-01' '9999-12-31'", "time '-838:59:59' '838:59:59'", "time(6) '00:00:00.000001'",
		"datetime '1000-01-01 00:00:00' '9999-12-31 23:59:59'", "datetime(6) '9999-12-31 23:59:59.999999'", "timestamp '1970-01-02 00:00:01' '2038-01-18 03:14:07'",
		"year 1901 2155 0", "json '{\"a\": [1, null]}' 'null'", "bit(64) b'1' 0xffffffffffffffff", "enum('a','b') 'b'", "set('a','b') 'a,b' ''", "inet6 '::1'", "uuid '5ab9a1a0-9a4c-4a6a-8f3e-111111111111'",
	},
}

// TestLimits puts each value into a column, reads it, gives what was read as a
// parameter and compares in the database: what is read can be written again.
func TestLimits(t *testing.T) {
	onEach(t, func(t *testing.T, at target) {
		var list strings.Builder
		entries := limits[at.name]
		if at.name == "file" {
			entries = limits["memory"]
		}
		for _, entry := range entries {
			kind, values, _ := strings.Cut(entry, " ")
			list.WriteString("{" + luaQuoted(strings.ReplaceAll(kind, "_", " ")) + "," + luaQuoted(values) + "},")
		}
		text := map[string]string{"postgres": "::text"}[at.name] // json has no equality
		prints(t, strings.NewReplacer("LIST", list.String(), "TEXT", text).Replace(source(at, `local pool = db_pool.new(CONFIG)
			for i, entry in ipairs{LIST} do
				local tab = "limits_" .. i
				local kind, values = entry[1], entry[2]
				pool:execute("drop table if exists " .. tab)
				pool:execute("create table " .. tab .. " (id integer, v " .. kind .. ")")
				local binary = kind:match("blob") or kind == "bytea" or kind:match("binary") or kind:match("^bit%(64")
				local n = 0
				local rest = values
				while rest ~= "" do
					local value = rest:match("^[xbE]?'[^']*'") or rest:match("^%S+")
					rest = rest:sub(#(value or "") + 1):gsub("^ +", "")
					if value then
						n = n + 1
						local ok, e = pcall(pool.execute, pool, "insert into " .. tab .. " values (" .. 2 * n .. ", " .. value .. ")")
						if not ok then print(kind, value, e) else
							local got = pool:query("select v from " .. tab .. " where id = ?", 2 * n)[1].v
							if got == nil then print(kind, value, "is nil") end
							local ok, e = pcall(pool.execute, pool, "insert into " .. tab .. " values (?, ?)", 2 * n + 1, binary and db_pool.blob(got) or got)
							if not ok then print(kind, value, got, e) else
								local again = pool:query("select v from " .. tab .. " where id = ?", 2 * n + 1)[1].v
								local same = pool:query("select count(distinct vTEXT) as n from " .. tab .. " where id in (?, ?)", 2 * n, 2 * n + 1)[1].n
								if got ~= again and got == got or same ~= 1 then print(kind, value, got, again, same) end
							end
						end
					end
				end
				pool:execute("drop table " .. tab)
			end`)), "")
	})
}
