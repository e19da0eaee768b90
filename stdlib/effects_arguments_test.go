package stdlib_test

import (
	"math/rand/v2"
	"strings"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// Arguments for functions, made from the parameters that they declare.

// plausible gives for each parameter's name a function that makes what may be given for
// it. A function's own values go before: "http.get url".
const plausible = `
local function noop() end
local function fails() error "it fails" end
local function fields() return {1, 2, 3, x = 4} end
local function text() return {"", "some text", "one\ntwo\n", "[1]", "%d %s"} end
local function number() return {0, 1, 2.5, -3, 100} end
local function small() return {1, 2, 3, -1, 0} end
local function path() return {"text.txt", "folder", "not there", "new.txt", "data/data.db", "code.lua", "empty"} end
local function any() return {1, "text", true, {}, noop, o.file} end
local function functions() return {function() end, fails, tostring} end
local function own() local v = 1 return {function() return v end} end
local function address() return {o.peer, ".peer", o.self, 99, ":00000063", "nobody"} end
local function bytes() return {skynet.packstring(1, "two"), "", "some bytes"} end
local function protocol() return {"lua", "text", 10} end
local function flag() return {true, false} end
local function route() return {"/other", "/files/{name}"} end

values = {
	["..."] = function() return {1, "text", 2, 3} end,
	["assert ..."] = any, ["print ..."] = any, ["cache:mget ..."] = function() return {"key", "number"} end,
	["cache:del ..."] = function() return {"key", "number"} end,
	["file:read ..."] = function() return {"l", "n", "L", 3, "a"} end,
	["file:lines ..."] = function() return {"l", "n", 3} end,
	["io.lines ..."] = function() return {"l", "n", 3} end,
	["io.read ..."] = function() return {"l", "n", 3} end,
	["string.char ..."] = small, ["utf8.char ..."] = small,
	["pool:query ..."] = small, ["pool:execute ..."] = small, ["tx:query ..."] = small, ["tx:execute ..."] = small,
	["module ..."] = function() return {package.seeall} end,
	["skynet.request ..."] = function() return {{o.peer, "lua", 1}} end,
	a = any, b = any, accessed = number, address = address, argument = number, base = function() return {10, 16, 2} end,
	["http.serve address"] = function() return {"127.0.0.1:0", "not an address"} end,
	before = function() return {function(a, b) return a < b end, fails} end,
	by = small, bytes = bytes, ["string.unpack bytes"] = function() return {"\1\2\3\4", "text"} end,
	category = function() return {"all", "numeric"} end,
	["skynet.memlimit bytes"] = function() return {33554432} end,
	channel = function() return {"channel", "other"} end,
	chunk = function() return {"return 1", "x = 1", "no Lua", function() end} end,
	class = function() return {{name = "own", id = 20, pack = noop, unpack = noop, dispatch = noop}, {name = "text", id = 0, unpack = noop}} end,
	close = flag, code = small,
	command = function() return {"true", "echo text > new.txt"} end,
	co = function() return {coroutine.create(noop), coroutine.create(fails), o.thread} end,
	config = function() return {{}, {name = "new"}, {name = "default", max_entries = 3}, {url = "redis://127.0.0.1:1"}} end,
	["db_pool.new config"] = function() return {{path = "new.db"}, {path = ":memory:"}, {path = "data.db"}, {driver = "postgres", host = "127.0.0.1"}, {path = "folder/new.db"}} end,
	count = small,
	directory = function() return {"folder", "data", "new folder", "empty"} end,
	e = small, earlier = number, later = number,
	env = function() return {{}} end,
	event = function() return {"an event", {data = {1}, event = "x"}} end,
	events = function() return {"c", "r", "l", ""} end,
	["debug.setupvalue f"] = own, ["debug.upvaluejoin f"] = own, ["debug.upvaluejoin other"] = own,
	f = functions, field = small, file = function() return {o.file, io.stdout, "text.txt", "new.txt"} end,
	first = small, flag = flag,
	format = function() return {"%d %s", "%c", "!%c", "*t", "i4", "z", "<i2"} end,
	["os.date format"] = function() return {"%c", "!%c", "*t", "%Y", "%Q"} end,
	["string.format format"] = function() return {"%d %s", "%q", "%5.1f"} end,
	from = small, handler = functions, hook = functions, info = text,
	key = function() return {"key", "number", "brief", "absent", 1} end,
	last = small, length = small, level = small,
	["skynet.setenv key"] = function() return {"name", "key", "setting"} end, ["skynet.getenv key"] = function() return {"given", "setting", "absent"} end,
	line = function() return {"snlua peer", "snlua absent"} end,
	list = function() return {{3, 1, 2}, {"a", "b"}, {}} end,
	locale = function() return {"C", "", "de_DE"} end,
	location = function() return {"/other", "http://127.0.0.1:1/"} end,
	m = small, message = any, metatable = function() return {{}, {__index = noop}, {__metatable = 1}} end,
	method = function() return {"GET", "POST"} end,
	mode = function() return {"r", "w", "a", "r+", "w+", "a+", "t", "bt", "no", "full", "line", "rb"} end,
	["file:setvbuf mode"] = function() return {"no", "full", "line"} end,
	["load mode"] = function() return {"t", "b", "bt"} end, ["loadfile mode"] = function() return {"t", "b", "bt"} end,
	["skynet.onfull mode"] = function() return {"wait", "error"} end,
	["lfs.setmode mode"] = function() return {"text", "binary"} end,
	module = fields, most = small, modified = number, n = small, new = path,
	name = function() return {"a_module", "peer", ".peer", "name", "HOME", "text", "absent"} end,
	["name or table"] = function() return {"size", "mode", "modification", {}} end,
	["lfs.symlinkattributes name"] = function() return {"size", "mode", "target"} end,
	["skynet.newservice name"] = function() return {"peer", "absent"} end, ["skynet.uniqueservice name"] = function() return {"peer", "absent"} end,
	offset = small, pack = functions, ["lfs.link old"] = path, ["os.rename old"] = path,
	old = function() return {{}, {handle_message = noop}} end,
	option = function() return {"collect", "count", "step", "isrunning", "stop", "restart", "setpause", "generational"} end,
	["http.serve options"] = function() return {{}, {max_body = 10}, {reuse = true}} end,
	["http.request options"] = function() return {{url = o.server.url .. "/value"}, {method = "POST", url = o.server.url .. "/value", body = "x"}, {url = "nothing"}} end,
	["http.get options"] = function() return {{timeout = 1}, {headers = {}}} end,
	["json.encode options"] = function() return {{pretty = true}, {invalid = "replace"}} end,
	["json.decode options"] = function() return {{}} end,
	["persist.save options"] = function() return {{keep = 1}, {prefix = "other"}} end,
	["persist.load options"] = function() return {{prefix = "other"}} end,
	other = functions, path = path,
	["package.searchpath path"] = function() return {"./?.lua", "./?.txt;./?"} end,
	pattern = function() return {"*", "k*", ".", "(%w+)", "x"} end,
	plain = flag, query = flag, session = small, source = address, symbolic = flag, position = function() return {1, 2} end, prefix = function() return {"/", "/files/"} end,
	replacement = function() return {"x", "%0"} end,
	seconds = function() return {0.5, 1, 100} end, seed = number, separator = function() return {",", "/"} end,
	size = small, start = functions,
	["lfs.lock start"] = small, ["lfs.unlock start"] = small,
	["lfs.lock file"] = function() return {o.file} end, ["lfs.unlock file"] = function() return {o.file} end,
	["lfs.lock mode"] = function() return {"r", "w"} end,
	state = fields,
	statement = function() return {"SELECT * FROM t", "INSERT INTO t VALUES (?)", "UPDATE t SET x = 5", "DROP TABLE t", "no SQL"} end,
	status = function() return {200, 404} end,
	table = function() return {{}, {1, 2}, {year = 2020, month = 1, day = 1}, {x = {}}} end,
	target = fields, task = function() return {o.thread, 7} end, ["task or name"] = function() return {o.thread, "absent"} end,
	ticks = small, token = function() return {o, {}} end, lock = function() return {o, {}} end,
	text = text, thread = function() return {coroutine.create(noop), o.thread} end,
	time = number, to = small, type = protocol, types = function() return {{[20] = 21}, {}} end,
	url = function() return {o.server.url .. "/value", "http://127.0.0.1:1/", "nothing"} end,
	userdata = function() return {io.stdout, o.file} end,
	["debug.setuservalue value"] = fields,
	value = any, ["debug.setmetatable value"] = function() return {{}, {1}} end,
	["bit32.replace value"] = small,
	what = function() return {"mqlen", "message", "endless", "cpu", "time", "init", {}, 3} end,
	["debug.getinfo what"] = function() return {"S", "nSlutfL", ">"} end,
	whence = function() return {"set", "cur", "end"} end,
	width = small, x = number, y = number,
}
for _, name in ipairs {"get", "post", "put", "delete", "patch", "head", "options", "any", "route"} do
	values["router:" .. name .. " pattern"] = route
end

function objects(kind) return {o[kind], kind == "file" and io.stdout or nil} end

function choices(full, parameter)
	local make = values[full .. " " .. parameter] or values[parameter]
	return make and make()
end
`

// caller calls one function.
type caller struct {
	*outside
	library  kit.Library
	function kit.Function
	full     string
	objects  []vm.Value // what it is a method of
}

func newCaller(x *outside, l kit.Library, f kit.Function) *caller {
	return &caller{outside: x, library: l, function: f, full: l.Full(f)}
}

// parameter is one of a function's.
type parameter struct {
	name     string
	optional bool
}

// parameters reads "address, type, ...", "text [, from [, to]]", "[thread,] f".
func parameters(declared string) (list []parameter) {
	depth, name := 0, ""
	end := func() {
		if name = strings.TrimSpace(name); name != "" {
			list = append(list, parameter{name, depth > 0})
		}
		name = ""
	}
	for _, c := range declared {
		switch c {
		case '[':
			end()
			depth++
		case ']':
			end()
			depth--
		case ',':
			end()
		default:
			name += string(c)
		}
	}
	end()
	return list
}

// more is how many argument lists are made by chance, beside those in which each value
// occurs.
const more = 4

// lists gives the argument lists. Each is made anew, since functions may change them.
func (c *caller) lists(own service.Self) (lists [][]vm.Value) {
	params := parameters(c.function.Params)
	chance := rand.New(rand.NewPCG(uint64(len(c.full)), 1))
	if c.library.Object {
		c.objects = elements(c.lua(own, "return objects(...)", vm.String(c.library.Name)))
		if len(c.objects) == 0 {
			fail("the service has no %s at hand", c.library.Name)
		}
	}
	calls := 1
	for i := 0; i < calls+more; i++ {
		var list []vm.Value
		if c.library.Object {
			list = append(list, c.objects[i%len(c.objects)])
		}
		for k, p := range params {
			values := c.choices(own, p.name)
			calls = max(calls, len(values))
			switch {
			case p.optional && (i == 0 && calls > 1 || i > 1 && chance.IntN(3) == 0):
				if k > 0 {
					list = append(list, vm.Nil)
				}
			case p.name == "...":
				list = append(list, values[:chance.IntN(len(values)+1)]...)
			case i < calls:
				list = append(list, values[(i+k)%len(values)])
			default:
				list = append(list, values[chance.IntN(len(values))])
			}
		}
		for len(list) > 0 && list[len(list)-1].IsNil() {
			list = list[:len(list)-1]
		}
		lists = append(lists, list)
	}
	return lists
}

// checkValues has the test fail when no value is known for one of the parameters.
func (c *caller) checkValues() {
	c.Helper()
	c.do(func(own service.Self) {
		for _, p := range parameters(c.function.Params) {
			c.choices(own, p.name)
		}
	})
}

func (c *caller) choices(own service.Self, name string) (values []vm.Value) {
	if name == "true" {
		return []vm.Value{vm.True}
	}
	values = elements(c.lua(own, "return choices(...)", vm.String(c.full), vm.String(name)))
	if values == nil {
		fail("%s: nothing is known that could be given for %q; it belongs into the values", c.full, name)
	}
	return values
}

// elements gives those of a list; none of nil.
func elements(v vm.Value) (list []vm.Value) {
	if !v.IsTable() {
		return nil
	}
	for i := range v.AsTable().Len() {
		list = append(list, v.AsTable().GetInt(i+1))
	}
	return list
}
