package cache_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/stdlib/cache"
)

// cases are what a cache does, wherever its values live: Lua that prints, with
// the connection in c.
var cases = []struct{ name, source, want string }{
	{"values", `
		local function same(a, b)
			if type(a) ~= "table" or type(b) ~= "table" then return rawequal(a, b) or a == b and type(a) == type(b) end
			for k, v in pairs(a) do if not same(v, b[k]) then return false end end
			for k in pairs(b) do if a[k] == nil then return false end end
			return true
		end
		local values = {42, -1, 0, 1.5, 1e300, 2^53, 2^63, -2^63, 1/0, "", "x", "42", "1.5", "-0", "\0L", "\0\255\r\n", "é",
			true, false, {}, {1, 2, {x = {y = "z"}}}, {[1.5] = true, [true] = {}}, ("x"):rep(100000)}
		for i, v in ipairs(values) do
			assert(c:set("v", v) == true)
			local back = c:get("v")
			if not same(v, back) then print(i, v, back) end
		end
		c:set("v", 0/0)
		local nan = c:get("v")
		c:set("v", -0.0)
		print(nan ~= nan, 1 / c:get("v"), c:get("none"))`,
		"true\t-inf\tnil"},
	{"copies", `
		local t = {list = {1}}
		c:set("t", t)
		t.list[1] = 2
		local first = c:get("t")
		first.list[1] = 3
		print(c:get("t").list[1])`,
		"1"},
	{"del", `
		c:set("a", 1) c:set("b", 2)
		print(c:del("a", "none", "b"), c:del("a"), c:del(), c:get("b"), c:del({}))
		c:set("a", 1) c:set(5, 2)
		print(c:del({"a", 5, "x"}))`,
		"2\t0\t0\tnil\t0\n2"},
	{"mget", `
		c:set("a", 1) c:set("c", {3})
		local m = c:mget("a", "none", "c", "last")
		print(m.n, m[1], m[2], m[3][1], m[4])
		m = c:mget({"c", "a"})
		print(m.n, m[1][1], m[2], c:mget().n, c:mget({}).n, c:mget("a")[1])
		print(require "json".encode(require "json".array(c:mget("none", "a", "none"))))`,
		"4\t1\tnil\t3\tnil\n2\t3\t1\t0\t0\t1\n[null,1,null]"},
	{"incr", `
		print(c:incr("n"), c:incr("n"), c:incr("n", 40), c:incr("n", -2), c:get("n"), c:incr("n", 0))
		c:set("s", "x") c:set("text", "42") c:set("f", 1.5)
		print(fails(c.incr, c, "s"))
		print(fails(c.incr, c, "text"))
		print(fails(c.incr, c, "f"))
		c:set("big", 2^62)
		c:incr("big", 2^53)
		c:set("big", -2^63)
		print(fails(c.incr, c, "big", -1))
		c:set("t", 5, 100)
		print(c:incr("t"), c:ttl("t") > 99, fails(c.incr, c, "n", 1.5))`,
		"1\t2\t42\t40\t40\t40\n" +
			"cache: value is not an integer or out of range\ncache: value is not an integer or out of range\n" +
			"cache: value is not an integer or out of range\ncache: increment or decrement would overflow\n" +
			"6\ttrue\tbad argument #3 to '?' (an integer up to 2^53 expected)"},
	{"time to live", `
		c:set("k", 1)
		print(c:ttl("k"), c:ttl("none"), c:expire("none", 5), c:expire("k", 5), c:ttl("k") > 4)
		c:set("k", 2)
		print(c:ttl("k"))
		c:set("k", 3, 0.5)
		print(c:ttl("k") <= 0.5, c:ttl("k") > 0, c:expire("k"), c:ttl("k"), c:expire("none"))
		print(c:expire("k", 0), c:get("k"), c:expire("k", -1))
		c:set("k", 1, 0.0001)
		while c:get("k") do skynet.sleep(1) end
		c:set("k", 1)
		c:expire("k", 0.02)
		while c:ttl("k") do skynet.sleep(1) end
		print(c:get("k"), #c:keys(), c:incr("k"), c:ttl("k"))
		print(fails(c.set, c, "k", 1, 0), fails(c.set, c, "k", 1, 1e300), fails(c.expire, c, "k", 0/0))`,
		"inf\tnil\tfalse\ttrue\ttrue\ninf\ntrue\ttrue\ttrue\tinf\tfalse\ntrue\tnil\tfalse\nnil\t0\t1\tinf\n" +
			"bad argument #4 to '?' (seconds, more than 0 and at most 3153600000, expected)\t" +
			"bad argument #4 to '?' (seconds, more than 0 and at most 3153600000, expected)\t" +
			"bad argument #3 to '?' (seconds, more than 0 and at most 3153600000, expected)"},
	{"keys", `
		for _, k in ipairs{"user:2", "user:10", "user:1", "other", "*", "a\nb"} do c:set(k, 1) end
		print(table.concat(c:keys("user:*"), " "), table.concat(c:keys("user:?"), " "), table.concat(c:keys("user:[^1]"), " "))
		print(table.concat(c:keys("\\*"), " "), #c:keys(), #c:keys("none*"), #c:keys(""))
		c:set("", 1)
		print(#c:keys(""), c:keys("")[1] == "", c:del(""))
		for i = 1, 3000 do c:set("many:" .. i, i) end
		print(#c:keys("many:*"), c:keys("many:*")[1])`,
		"user:1 user:10 user:2\tuser:1 user:2\tuser:2\n*\t6\t0\t0\n1\ttrue\t1\n3000\tmany:1"},
	{"channels", `
		local waiting = coroutine.running()
		local seen = {}
		local function take(channel, value)
			skynet.sleep(0)
			seen[#seen + 1] = channel .. "=" .. (type(value) == "table" and value.x or tostring(value))
			skynet.wakeup(waiting)
		end
		print(c:publish("ch", 1))
		local one, two = c:subscribe("ch", take), c:subscribe("other", take)
		local three = c:subscribe("other", function() end)
		print(c:publish("ch", {x = "y"}), c:publish("other", "text"), c:publish("none", 1))
		while #seen < 2 do skynet.wait(waiting) end
		table.sort(seen)
		print(table.concat(seen, " "))
		two:close() two:close()
		print(c:publish("other", 2), c:publish("ch", false))
		while #seen < 3 do skynet.wait(waiting) end
		print(seen[3], fails(c.subscribe, c, "ch"), fails(c.publish, c, "ch", print))
		c:close()
		print(fails(c.publish, c, "ch", 1))`,
		"0\n1\t2\t0\nch=y other=text\n1\t1\nch=false\tbad argument #3 to '?' (function expected, got no value)\t" +
			"bad argument #3 to '?' (can't keep a function (at value))\nthe cache is closed"},
	{"refusals", `
		print(fails(c.set, c, "k", {a = {1, {b = print}}}))
		local cycle = {} cycle.x = {cycle}
		print(fails(c.set, c, "k", cycle))
		print(fails(c.set, c, "k", coroutine.create(print)))
		print(fails(c.set, c, "k", nil))
		print(fails(c.set, c, "k"))
		print(fails(c.set, c, {}, 1))
		print(fails(c.get, c))
		print(fails(c.get, {}, "x"))
		print(fails(c.mget, c, {"a", {}}))
		print(fails(c.set, c, "k", ("x"):rep(17000000)))
		print(fails(c.get, c, ("x"):rep(17000000)))
		print(fails(cache.connect, {nam = "x"}))
		print(fails(cache.connect, {timeout = -1}))
		print(fails(cache.connect, {url = "http://x"}))
		print(fails(cache.connect, {url = "redis://x", max_bytes = 5}))
		print(c:get("k"))
		print(c:close(), c:close(), fails(c.get, c, "k"), fails(c.close), fails(c.close, {}))`,
		`bad argument #3 to '?' (can't keep a function (at value.a[2].b))
bad argument #3 to '?' (can't keep a table that contains itself (at value.x[1]))
bad argument #3 to '?' (can't keep a thread (at value))
bad argument #3 to '?' (a value expected; del takes a key away)
bad argument #3 to '?' (a value expected; del takes a key away)
bad argument #2 to '?' (string expected, got table)
bad argument #2 to '?' (string expected, got no value)
bad argument #1 to '?' (cache expected, got table)
bad argument #2 to '?' (the key at [2] is no string or too long)
bad argument #3 to '?' (a value of 17000000 bytes; the limit (max_value) is 16777216)
bad argument #2 to '?' (a key of 17000000 bytes; the limit (max_value) is 16777216)
bad argument #1 to 'cache.connect' (unknown option 'nam')
bad argument #1 to 'cache.connect' (the option 'timeout' takes seconds, more than 0, not -1)
cache: the url of a Redis server is redis://[user:password@]host[:port][/database], rediss://… or unix://…
bad argument #1 to 'cache.connect' (max_entries and max_bytes are for a cache in memory; a Redis server has its own limits)
nil
nil	nil	the cache is closed	bad argument #1 to '?' (cache expected, got no value)	bad argument #1 to '?' (cache expected, got table)`},
}

func runCases(t *testing.T, config func(i int) string) {
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, false)
			w.launch("case", config(i), c.source+`
				local rest = cache.connect(`+config(i)+`)
				rest:del(rest:keys())`)
			if diff := cmp.Diff(c.want, w.output()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInMemory(t *testing.T) { runCases(t, func(int) string { return "nil" }) }

func TestInRedis(t *testing.T) {
	url := cache.RedisURL(t)
	runCases(t, func(i int) string {
		return fmt.Sprintf(`{url = %q, name = "lunarium-test[*?]-%d-%d", timeout = 60}`, url, os.Getpid(), i)
	})
}

// TestInRedisWithoutName is about patterns that no name goes before. The server has keys of others.
func TestInRedisWithoutName(t *testing.T) {
	w := newWorld(t, false)
	w.launch("bare", fmt.Sprintf(`{url = %q, timeout = 60}`, cache.RedisURL(t)), `
		local there = c:get("") ~= nil
		c:set("lunarium-test-bare", 1)
		print(#c:keys("") == (there and 1 or 0), #c:keys("lunarium-test-bare"))
		if not there then c:set("", 1) end
		print(#c:keys(""), c:keys("")[1] == "")
		if not there then c:del("") end
		c:del("lunarium-test-bare")`)
	if diff := cmp.Diff("true\t1\n1\ttrue", w.output()); diff != "" {
		t.Error(diff)
	}
}
