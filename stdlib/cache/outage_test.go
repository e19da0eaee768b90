package cache_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/service"
)

// redisProcess is a Redis server that a test may end and start again.
type redisProcess struct {
	t       *testing.T
	binary  string
	address string
	options []string // beside the socket
	command *exec.Cmd
}

// startRedis starts a server of the test's own, on a socket in a directory of its
// own.
func startRedis(t *testing.T, options ...string) *redisProcess {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("redis-server is not installed")
	}
	p := &redisProcess{t: t, binary: binary, address: filepath.Join(t.TempDir(), "redis.sock"), options: options}
	p.start()
	t.Cleanup(p.stop)
	return p
}

func (p *redisProcess) url() string { return "unix://" + p.address }

func (p *redisProcess) start() {
	p.t.Helper()
	p.command = exec.Command(p.binary, append([]string{
		"--port", "0", "--unixsocket", p.address, "--save", "", "--appendonly", "no", "--dir", filepath.Dir(p.address),
	}, p.options...)...)
	out, err := p.command.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		p.t.Fatal(err)
	}
	var log strings.Builder
	for b := make([]byte, 4096); !strings.Contains(strings.ToLower(log.String()), "ready to accept connections"); {
		n, err := out.Read(b)
		log.Write(b[:n])
		if err != nil {
			p.t.Fatalf("redis-server: %v\n%s", err, log.String())
		}
	}
	go io.Copy(io.Discard, out)
}

func (p *redisProcess) stop() {
	if p.command != nil {
		p.command.Process.Kill()
		p.command.Wait()
		p.command = nil
	}
}

func TestRedisThatGoesAway(t *testing.T) {
	server := startRedis(t)
	w := newWorld(t, false)
	w.launch("away", fmt.Sprintf(`{url = %q, timeout = 5}`, server.url()), `
		c:set("k", 1)
		c:subscribe("ch", function(channel, value) print("received " .. value) end)
		skynet.dispatch("lua", function(session, source, what, ...)
			local ok, result = pcall(c[what], c, ...)
			print(what, ok, result)
		end)
		skynet.register(".away")
		print(c:get("k"), c:publish("ch", 1))`)
	w.awaitLine("1\t1")
	w.awaitLine("received 1")
	ask := func(name, message string) { w.launch(name, "nil", `skynet.send(".away", "lua", `+message+`)`) }

	server.stop()
	ask("ask1", `"get", "k"`)
	w.awaitLine("get\tfalse\tcache: the Redis server at " + server.address + ": connect: connection refused")
	ask("ask2", `"publish", "ch", 2`)
	w.awaitLine("publish\tfalse\tcache: the Redis server at " + server.address + ": connect: connection refused")
	ask("ask3", `"keys"`)
	w.awaitLine("keys\tfalse\tcache: the Redis server at " + server.address + ": connect: connection refused")

	server.start()
	ask("ask4", `"set", "k", 2`)
	w.awaitLine("set\ttrue\ttrue")
	// The subscription is renewed some time after the server is back.
	for i := 0; !strings.Contains(w.output(), "received 3"); i++ {
		ask(fmt.Sprintf("renewed%d", i), `"publish", "ch", 3`)
		w.Await("an answer", func(output string) bool { return strings.Count(output, "publish\ttrue") > i })
		if w.Ctx.Err() != nil {
			t.Fatalf("not renewed:\n%s", w.output())
		}
	}
}

// launchLevels starts the tutorial's multi-level cache with a Redis as its second
// level.
func (w *world) launchLevels(url string) {
	w.Helper()
	for _, spec := range []service.Spec{
		{Name: "db_service"}, {Name: "cache_service", Args: []string{url}}, {Name: "multi_level_cache"},
	} {
		if _, err := w.Node.Launch(w.Ctx, spec); err != nil {
			w.Fatal(err)
		}
	}
}

// TestThreeLevels: each level of the tutorial's service answers in its turn, with
// Redis as the second. Level 1 forgets by the virtual clock.
func TestThreeLevels(t *testing.T) {
	server := startRedis(t)
	w := newWorld(t, true)
	w.launchLevels(server.url())
	w.launch("fill", "nil", `skynet.call("DB_SERVICE", "lua", "set", "k", {x = 1})`)
	get := func(step string) {
		w.launch(step, "nil", `
			local m = skynet.query("MULTI_LEVEL_CACHE")
			local value, hits = skynet.call(m, "lua", "get", "k"), skynet.call(m, "lua", "hits")
			print(value.x, hits.l1, hits.l2, hits.l3, hits.none)`)
	}
	later := func() {
		if _, err := w.Node.Clock().Advance(w.Ctx, time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	get("database")
	get("memory")
	later()
	get("redis")
	get("memory2")
	later()
	w.launch("forget", fmt.Sprintf("{url = %q, name = 'level2'}", server.url()), `print(c:ttl("k") <= 300, c:del("k"))`)
	get("database2")
	if diff := cmp.Diff("1\t0\t0\t1\t0\n1\t1\t0\t1\t0\n1\t1\t1\t1\t0\n1\t2\t1\t1\t0\ntrue\t1\n1\t2\t1\t2\t0", w.output()); diff != "" {
		t.Error(diff)
	}
}

// TestMultiLevelCache: the tutorial's service with Redis as its second level,
// which goes away and comes back.
func TestMultiLevelCache(t *testing.T) {
	server := startRedis(t)
	w := newWorld(t, false)
	w.launchLevels(server.url())
	levels := func(step string) {
		w.launch(step, "nil", `
			local m = skynet.query("MULTI_LEVEL_CACHE")
			local value = skynet.call(m, "lua", "get", "k")
			local hits = skynet.call(m, "lua", "hits")
			local ok, second = pcall(skynet.call, "CACHE_SERVICE", "lua", "get", "k")
			print("step `+step+`", value and value.x, hits.l1, hits.l2, hits.l3, hits.none, ok and second)`)
	}
	levels("empty")
	w.launch("fill", "nil", `skynet.call("DB_SERVICE", "lua", "set", "k", {x = 1})`)
	levels("database")
	levels("memory")
	server.stop()
	w.launch("write", "nil", `skynet.call("MULTI_LEVEL_CACHE", "lua", "set", "k", {x = 2})`)
	levels("away")
	server.start()
	w.launch("again", "nil", `skynet.call("MULTI_LEVEL_CACHE", "lua", "set", "k", {x = 3})`)
	levels("back")
	got := slices.DeleteFunc(strings.Split(w.output(), "\n"), func(line string) bool { return !strings.HasPrefix(line, "step ") })
	want := []string{
		"step empty\tnil\t0\t0\t0\t1\tfalse", "step database\t1\t0\t0\t1\t1\ttrue", "step memory\t1\t1\t0\t1\t1\ttrue",
		"step away\t2\t2\t0\t1\t1\tfalse", "step back\t3\t3\t0\t1\t1\ttrue",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(w.output(), "l2 failed: ") {
		t.Error(w.output())
	}
}

// TestRedisConnectionsAreListed: netstat shows the node's connections to a
// server while they are open.
func TestRedisConnectionsAreListed(t *testing.T) {
	server := startRedis(t)
	w := newWorld(t, false)
	w.caches.Connected = func(c net.Conn) net.Conn { return w.Node.Endpoints().Conn("redis", c) }
	w.launch("user", fmt.Sprintf(`{url = %q}`, server.url()), `c:set("k", 1)`)
	open := w.Node.Endpoints().List()
	if len(open) != 1 || open[0].Kind != "redis" || open[0].Remote != server.address || open[0].Read == 0 || open[0].Written == 0 {
		t.Errorf("open: %v", open)
	}
	w.caches.Close()
	if open := w.Node.Endpoints().List(); len(open) != 0 {
		t.Errorf("open after the end: %v", open)
	}
}

// TestRedisConnectionsAreFiles: they count for the service that came first, those of
// subscriptions for their own; and are refused when that has too many files open.
func TestRedisConnectionsAreFiles(t *testing.T) {
	server := startRedis(t)
	w := newWorldOf(t, service.Config{Files: 2})
	config := fmt.Sprintf(`{url = %q}`, server.url())
	held := func(s *service.Service) int {
		n, _ := s.OpenFiles()
		return n
	}
	first := w.launch("first", config, `c:set("k", 1)`)
	other := w.launch("other", config, `print("value", c:get "k")
		c:subscribe("a", print)
		c:subscribe("b", print)
		print("refused", fails(c.subscribe, c, "c", print))`)
	if held(first) != 1 || held(other) != 2 {
		t.Errorf("the first holds %d files, the other %d", held(first), held(other))
	}
	want := "value\t1\nrefused\tcache: too many open files: this service holds 2 of its 2 (--files)"
	if diff := cmp.Diff(want, w.output()); diff != "" {
		t.Error(diff)
	}
	for _, svc := range []*service.Service{first, other} {
		w.Node.Kill(svc.Address())
		<-svc.Released()
	}
	w.caches.Close()
	if held(first) != 0 || held(other) != 0 {
		t.Errorf("%d and %d files are held after the end", held(first), held(other))
	}
}

// fakeServer accepts connections and gives each to answer.
func fakeServer(t *testing.T, answer func(net.Conn)) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				answer(conn)
			}()
		}
	}()
	return listener.Addr().String()
}

// replying answers each request with the same bytes, but for go-redis' greeting,
// which an old server does not know.
func replying(reply string) func(net.Conn) {
	return answering(func(string) string { return reply })
}

func answering(reply func(request string) string) func(net.Conn) {
	return func(conn net.Conn) {
		b := make([]byte, 4096)
		for {
			n, err := conn.Read(b)
			if err != nil {
				return
			}
			text := "-ERR unknown command\r\n"
			if request := string(b[:n]); !strings.Contains(request, "hello") {
				text = reply(request)
			}
			if _, err := conn.Write([]byte(text)); err != nil {
				return
			}
		}
	}
}

// TestHostileServers: whatever a server says, the call fails or gives a value,
// and the service goes on.
func TestHostileServers(t *testing.T) {
	for _, c := range []struct{ reply, want string }{
		{"HTTP/1.1 400 Bad Request\r\n\r\n", "cache: the Redis server at ADDRESS: a reply that is not Redis'"},
		{"\x00\x00\x00\x00", "cache: the Redis server at ADDRESS: a reply that is not Redis'"},
		{"$99999999999\r\n", "cache: the Redis server at ADDRESS: a value of 99999999999 bytes; the limit (max_value) is 16777216"},
		{"*99999999999\r\n", "cache: the Redis server at ADDRESS: a reply that is not Redis': 99999999999 elements, in 0 arrays"},
		{strings.Repeat("*1\r\n", 1000), "cache: the Redis server at ADDRESS: a reply that is not Redis': 1 elements, in 4 arrays"},
		{"-NOAUTH Authentication required.\r\n", "cache: the Redis server at ADDRESS: NOAUTH Authentication required."},
		{"$3\r\n\x00L\x07\r\n", "cache: a value that nobody packed here: invalid packed message at byte 0: unknown kind 7"},
		{"*2\r\n$1\r\na\r\n$1\r\nb\r\n", ""}, // an array where a string belongs
		{":5\r\n", ""},
	} {
		address := fakeServer(t, replying(c.reply))
		w := newWorld(t, false)
		w.launch("hostile", fmt.Sprintf(`{url = "redis://%s", timeout = 0.1}`, address), fmt.Sprintf(`
			local patient = cache.connect{url = %[1]q, timeout = 20}
			print((select(2, pcall(patient.get, patient, "k"))))
			for _, call in ipairs{{"set", "k", 1}, {"mget", "a", "b"}, {"keys"}, {"incr", "k"}, {"ttl", "k"}, {"expire", "k", 1},
				{"publish", "k", 1}, {"subscribe", "k", print}, {"del", "k"}} do
				pcall(c[call[1]], c, (table.unpack(call, 2)), call[3])
			end
			print("alive")`, "redis://"+address))
		lines := strings.Split(w.output(), "\n")
		if len(lines) < 2 || lines[len(lines)-1] != "alive" {
			t.Errorf("%.30q: %s", c.reply, w.output())
			continue
		}
		if want := strings.ReplaceAll(c.want, "ADDRESS", address); want != "" {
			if diff := cmp.Diff(want, strings.Join(lines[:len(lines)-1], "\n")); diff != "" {
				t.Errorf("%.30q: %s", c.reply, diff)
			}
		}
	}
}

// TestHostileGreeting: a server that is none answers the first word already.
func TestHostileGreeting(t *testing.T) {
	address := fakeServer(t, func(conn net.Conn) {
		conn.Write([]byte("220 mail.example ESMTP\r\n"))
		io.Copy(io.Discard, conn)
	})
	w := newWorld(t, false)
	w.launch("greeted", fmt.Sprintf(`{url = "redis://%s", timeout = 20}`, address), `
		print(fails(c.get, c, "k"))
		print(fails(c.subscribe, c, "k", print))`)
	want := "cache: the Redis server at " + address + ": a reply that is not Redis'"
	if diff := cmp.Diff(want+"\n"+want, w.output()); diff != "" {
		t.Error(diff)
	}
}

// TestNoise: servers whose replies are put together at random.
func TestNoise(t *testing.T) {
	pieces := []string{
		"+OK\r\n", "-ERR\r\n", ":0\r\n", "$1\r\n0\r\n", "$-1\r\n", "*2\r\n", "*3\r\n", "*0\r\n", "*-1\r\n", "$7\r\nmessage\r\n",
		"$9\r\nsubscribe\r\n", "$1\r\nk\r\n", "\r\n", "x", "$5\r\nab", ":9223372036854775808\r\n", "+\r\n", "\x00",
	}
	random := rand.New(rand.NewPCG(3, 4))
	w := newWorld(t, false)
	for i := range 60 {
		var reply strings.Builder
		for range 1 + random.IntN(8) {
			reply.WriteString(pieces[random.IntN(len(pieces))])
		}
		answer := replying(reply.String())
		if i%4 == 0 { // in answer to the greeting, too
			answer = func(conn net.Conn) {
				for b := make([]byte, 4096); ; {
					if _, err := conn.Read(b); err != nil {
						return
					}
					io.WriteString(conn, reply.String())
				}
			}
		}
		address := fakeServer(t, answer)
		w.launch(fmt.Sprintf("noise%d", i), fmt.Sprintf(`{url = "redis://%s", timeout = 0.02}`, address), `
			for _, call in ipairs{{"get", "k"}, {"mget", "a", "b"}, {"keys"}, {"ttl", "k"}, {"subscribe", "k", print}} do
				pcall(c[call[1]], c, (table.unpack(call, 2)), call[3])
			end`)
	}
	if strings.Contains(w.output(), "internal error") {
		t.Error(w.output())
	}
}

func TestSlowServerSuspendsTheAskingTaskOnly(t *testing.T) {
	release := make(chan struct{})
	address := fakeServer(t, answering(func(request string) string {
		if strings.Contains(request, "slow") {
			<-release
		}
		return "$1\r\nx\r\n"
	}))
	w := newWorld(t, false)
	w.launch("slow", fmt.Sprintf(`{url = "redis://%s", timeout = 20}`, address), `
		skynet.fork(function() print("got", c:get("slow")) end)
		skynet.fork(function() print("got", c:get("quick")) end)
		skynet.fork(function() print("meanwhile") end)`)
	w.awaitLine("meanwhile")
	w.awaitLine("got\tx")
	close(release)
	w.Await("both", func(output string) bool { return strings.Count(output, "got\tx") == 2 })
}

func TestServerThatNeverAnswers(t *testing.T) {
	ended := make(chan struct{})
	t.Cleanup(func() { close(ended) })
	address := fakeServer(t, func(conn net.Conn) { <-ended })
	w := newWorld(t, false)
	config := fmt.Sprintf(`{url = "redis://%s", timeout = 0.05}`, address)
	w.launch("mute", config, `print(fails(c.get, c, "k")) print(fails(c.subscribe, c, "k", print))`)
	want := "cache: the Redis server at " + address + " gave no answer within 50ms"
	if diff := cmp.Diff(want+"\n"+want, w.output()); diff != "" {
		t.Error(diff)
	}
}

// TestServiceEndsWhileItWaits: nothing is left of a call whose service is
// killed.
func TestServiceEndsWhileItWaits(t *testing.T) {
	asked := make(chan struct{}, 10)
	address := fakeServer(t, func(conn net.Conn) {
		b := make([]byte, 4096)
		for {
			if _, err := conn.Read(b); err != nil {
				return
			}
			asked <- struct{}{}
		}
	})
	w := newWorld(t, false)
	s := w.launch("waiter", fmt.Sprintf(`{url = "redis://%s", timeout = 20}`, address), `
		skynet.fork(function() c:get("k") print("not reached") end)
		skynet.fork(function() c:subscribe("k", print) print("not reached") end)`)
	<-asked
	w.Node.Kill(s.Address())
	select {
	case <-s.Gone():
	case <-time.After(5 * time.Minute):
		t.Fatal("the service goes on")
	}
	if w.output() != "" {
		t.Error(w.output())
	}
}
