package stdlib_test

import (
	"bufio"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lunarium/runtime/host"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib"
	"lunarium/stdlib/cache"
	"lunarium/stdlib/nodetest"
)

// A service that has one of everything at hand, and a picture of what is outside it.

// atHand is the service: its global o has an object of each kind, and what arguments name.
const atHand = `
local skynet = require "skynet"
local cache, db_pool, http = require "cache", require "db_pool", require "http"
o = {}
` + plausible + `

local function event(stream) o.stream = stream stream:wait() end

skynet.start(function()
	o.self, o.peer = skynet.self(), skynet.newservice "peer"
	skynet.register ".named"
	skynet.name(".peer", o.peer)
	skynet.setenv("setting", "one")
	skynet.dispatch("lua", function() end)
	skynet.info_func(function() return {} end)
	o.thread = skynet.timeout(1000000, function() end)
	skynet.fork(function() skynet.sleep(1000000, o) end)

	for _, name in ipairs {"text.txt", "other.txt"} do
		local f = io.open(name, "w") f:write("one\n2\nthree\n") f:close()
	end
	lfs.mkdir "folder" lfs.mkdir "empty"
	o.file = io.open("open.txt", "w+")
	o.directory = select(2, lfs.dir("folder"))
	o.lock = lfs.lock_dir("folder")

	o.cache = cache.connect()
	o.cache:set("key", {1}) o.cache:set("number", 1) o.cache:set("brief", 1, 1000)
	o.subscription = o.cache:subscribe("channel", function() heard = (heard or 0) + 1 end)

	o.pool = db_pool.new {path = "data.db"}
	o.pool:execute("CREATE TABLE t (x)")
	o.pool:execute("INSERT INTO t VALUES (1)")
	skynet.fork(function() o.pool:transaction(function(tx)
		tx:execute("INSERT INTO t VALUES (2)")
		o.tx = tx
		skynet.wait(tx)
	end) end)

	o.router = http.router()
	local app = http.router()
	app:get("/value", function(request) o.request = request return http.json {1} end)
	app:post("/value", function(request) o.request = request return http.json {1} end)
	app:get("/events", function() return http.events(event) end)
	o.server = http.serve("127.0.0.1:0", app, {idle_timeout = 3600, heartbeat = 3600})
	o.answer = http.request {method = "POST", url = o.server.url .. "/value", json = {1}}
end)

-- inside tells what is outside and can only be seen from inside.
function inside()
	local seen = {"cache:"}
	for _, key in ipairs(o.cache:keys()) do
		seen[#seen + 1] = key .. "=" .. require("json").encode(o.cache:get(key)) .. " for " .. o.cache:ttl(key)
	end
	local stats = o.pool:stats() -- the counters of what was asked tell of no work
	for _, name in ipairs {"size", "connections", "in_use", "waiting"} do seen[#seen + 1] = "pool " .. name .. " " .. stats[name] end
	seen[#seen + 1] = "file " .. io.type(o.file) .. ", heard " .. tostring(heard)
	return table.concat(seen, "\n")
end

-- refill has something in memory that is to be written to the file.
function refill()
	if io.type(o.file) == "closed file" then return end
	o.file:setvbuf("full")
	o.file:write("in memory")
end

function mark() o.stream:send "mark" end
`

const peerText = `local skynet = require "skynet"
skynet.start(function() skynet.dispatch("lua", function(_, _, ...) print("the peer got", ...) end) end)`

// outside is the world of one such service.
type outside struct {
	*nodetest.World
	service *service.Service
	events  *bufio.Reader // of the client of its stream
}

// newOutside has everything in a directory that becomes the process's own for the test.
func newOutside(t *testing.T) *outside {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{"temporary", "data"} {
		if err := os.Mkdir(name, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("TMPDIR", filepath.Join(dir, "temporary"))
	options := &stdlib.ServiceOptions{
		Data: filepath.Join(dir, "data"), Caches: new(cache.Stores),
		Replaced: func(service.Self, vm.Value) (int, error) { return 0, os.ErrInvalid },
	}
	w := nodetest.New(t, service.Config{
		Virtual: true, Env: map[string]string{"given": "1"}, Files: 1000, MemLimit: 64 << 20, Path: []string{"./?.lua"},
		Open: func(s service.Self) error { return stdlib.OpenService(s, options) },
	})
	x := &outside{World: w}
	w.Write("peer.lua", peerText)
	for name, text := range map[string]string{"a_module.lua": "return {}", "code.lua": "return 1", "value.json": "[1]"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if x.service, err = w.Node.Launch(w.Ctx, service.Spec{Name: "effects", Source: atHand, Literal: true}); err != nil {
		t.Fatal(err)
	}
	x.openStream()
	w.Settle()
	return x
}

// openStream is the client of the server-sent events.
func (x *outside) openStream() {
	var url string
	x.do(func(own service.Self) {
		url, _ = x.lua(own, "return o.server.url .. '/events'").AsString()
	})
	client := &http.Client{Transport: &http.Transport{}}
	request, err := http.NewRequestWithContext(x.Ctx, http.MethodGet, url, nil)
	if err != nil {
		x.Fatal(err)
	}
	answer, err := client.Do(request)
	if err != nil {
		x.Fatal(err)
	}
	x.Cleanup(func() {
		answer.Body.Close()
		client.CloseIdleConnections()
	})
	x.events = bufio.NewReader(answer.Body)
}

// do has something done on the service's own thread. What can't go on there panics with a
// failure.
func (x *outside) do(f func(service.Self)) {
	x.Helper()
	var failed any
	if err := x.service.Do(x.Ctx, func(own service.Self) {
		defer func() { failed = recover() }()
		f(own)
	}); err != nil {
		x.Fatal(err)
	}
	if text, ok := failed.(failure); ok {
		x.Fatal(text)
	} else if failed != nil {
		panic(failed)
	}
}

// failure says why a test can't go on.
type failure string

func fail(format string, args ...any) { panic(failure(fmt.Sprintf(format, args...))) }

// lua runs a text among the globals that code has now, and gives its result.
func (x *outside) lua(own service.Self, text string, args ...vm.Value) vm.Value {
	state := own.State()
	code, err := own.Node().Sources().Compile("=test", []byte(text))
	if err != nil {
		fail("%v", err)
	}
	thread := own.Reloading().Try(state.NewClosure(code, vm.TableValue(state.Globals)), args...)
	status, err := own.RunOut(x.Ctx, thread)
	if err != nil || status != vm.StatusOK {
		fail("%s: status %d, %v, %v", text, status, err, thread.AsTask().Failure())
	}
	if results := thread.AsTask().Results(); len(results) > 0 {
		return results[0]
	}
	return vm.Nil
}

// picture is what is outside, by what it is.
type picture map[string]string

// look gives what can be seen at once, on the service's own thread.
func (x *outside) look(own service.Self) picture {
	n, p := x.Node, picture{}
	for _, s := range n.Services() {
		held, most := s.OpenFiles()
		p["service "+s.Handle()] = fmt.Sprintf("%q, %d messages wait, limit %d, files %d of %d",
			n.NamesOf(s.Address()), s.QueueLen(), s.MemLimit(), held, most)
	}
	for _, s := range n.Services() {
		p["service "+s.Handle()] += fmt.Sprintf(", traced %v, %d tasks", s.Tracing().On(), s.Stat().Tasks)
	}
	for _, key := range []string{"given", "setting", "key", "name"} {
		p["setting "+key], _ = n.Getenv(key)
	}
	for name, address := range n.Uniques() {
		p["unique service "+name] = address.String()
	}
	p["dead letters"] = fmt.Sprint(n.DeadLetters().Total())
	p["log"] = fmt.Sprintf("%d lines", n.Logs().Total())
	p["output"] = x.Output()
	for i, e := range n.Endpoints().List() {
		p[fmt.Sprintf("endpoint %d", i)] = fmt.Sprintf("%+v", e.Endpoint)
	}
	p["timers"] = fmt.Sprint(n.Clock().Waiting())
	p["exit"] = fmt.Sprint(n.ExitCode(), closed(n.Done()))
	x.lookInto(own, p)
	lookAtProcess(p)
	return p
}

// lookInto adds what the service has told its node.
func (x *outside) lookInto(own service.Self, p picture) {
	for _, name := range own.ProtocolNames() {
		of := own.ProtocolByName(name)
		p["protocol "+name] = fmt.Sprint(of.ID, of.Dispatch.Identity(), of.Unpack.Identity(), of.Class.Identity(), of.Trace)
	}
	hooks := own.Hooks()
	p["registered"] = fmt.Sprint(own.Start().Identity(), own.Info().Identity(),
		hooks.OnRequest.Identity(), hooks.OnAnswer.Identity(), hooks.Filter.Identity())
	before := own.SetFailWhenFull(false)
	own.SetFailWhenFull(before)
	p["full mailboxes"] = fmt.Sprint(before)
	versions, current := own.Reloading().Versions()
	p["versions"] = fmt.Sprint(len(versions), current)
	if held := host.HeldTable(own.State()); held != nil {
		held.Entries(func(key, value vm.Value) bool {
			name, _ := key.AsString()
			p["handler "+name] = fmt.Sprint(value.Identity())
			return true
		})
	}
}

// lookAtProcess adds what is the process's: its directory, with all files, and environment.
func lookAtProcess(p picture) {
	p["directory"], _ = os.Getwd()
	p["environment"] = strings.Join(os.Environ(), "\n")
	filepath.WalkDir(p["directory"], func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			p["file "+path] = err.Error()
			return nil
		}
		if info, err := d.Info(); err == nil {
			p["file "+path] = fmt.Sprintf("%v, %d bytes, %v", info.Mode(), info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
}

// lookAround gives what look does, and what takes longer: contents of files, what only
// the service sees, and what its clients and other services get.
func (x *outside) lookAround() (p picture) {
	x.Helper()
	inside, sent := "", ""
	x.do(func(own service.Self) {
		inside, _ = x.lua(own, "return inside()").AsString()
		x.lua(own, "mark()")
	})
	for line := ""; strings.TrimSpace(line) != "data: mark"; {
		var err error
		if line, err = x.events.ReadString('\n'); err != nil {
			x.Fatal(err)
		}
		if !strings.HasPrefix(line, ":") { // which keeps the connection alive
			sent += line
		}
	}
	x.Settle()
	x.do(func(own service.Self) {
		p = x.look(own)
		for _, task := range own.TasksHere() {
			p[fmt.Sprintf("task %d", task.ID)] = fmt.Sprintf("%v %v %v", task.Kind, task.Wait, task.Source)
		}
	})
	p["inside"], p["stream"] = inside, strings.TrimSpace(sent)
	for name := range p {
		path, isFile := strings.CutPrefix(name, "file ")
		if content, err := os.ReadFile(path); isFile && err == nil {
			p["content of "+path] = string(content)
		}
	}
	return p
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// changes says what differs between two pictures; "" when nothing does.
func changes(before, after picture) string {
	var b strings.Builder
	for name, was := range before {
		if now, there := after[name]; !there {
			fmt.Fprintf(&b, "\n\t%s: gone", name)
		} else if now != was {
			fmt.Fprintf(&b, "\n\t%s: was %.200q, is %.200q", name, tail(was, now), tail(now, was))
		}
	}
	for name, now := range after {
		if _, there := before[name]; !there {
			fmt.Fprintf(&b, "\n\t%s: new, %.200q", name, now)
		}
	}
	return b.String()
}

// tail gives what a text has beyond where it differs from another.
func tail(text, other string) string {
	i := 0
	for i < min(len(text), len(other)) && text[i] == other[i] {
		i++
	}
	return text[max(0, i-20):]
}
