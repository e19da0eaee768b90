package cli

import (
	"bufio"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// startRedis starts a Redis server on a socket of its own; stop ends it.
func startRedis(t *testing.T) (url string, stop func()) {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("redis-server is not installed")
	}
	socket := filepath.Join(t.TempDir(), "redis.sock")
	command := exec.Command(binary, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", filepath.Dir(socket))
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	stop = func() {
		command.Process.Kill()
		command.Wait()
	}
	t.Cleanup(stop)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.Contains(strings.ToLower(lines.Text()), "ready to accept connections") {
			return "unix://" + socket, stop
		}
	}
	t.Fatal("redis-server did not begin")
	return "", nil
}

// askingRedis uses each method of a cache, with all kinds of values.
const askingRedis = `local skynet, cache = require "skynet", require "cache"
local c, s
skynet.start(function()
	skynet.dispatch("lua", function(_, _, what, ...)
		if what == "connect" then
			c = cache.connect {url = ..., name = "shop", timeout = 5}
			s = c:subscribe("news", function() end)
			return skynet.retpack "connected"
		elseif what == "close" then
			s:close()
			return skynet.retpack(c:close())
		end
		local r = {pcall(c[what], c, ...)}
		if what == "mget" then return skynet.retpack(r[2].n, r[2][1], r[2][2], r[2][3]) end
		if what == "keys" then return skynet.retpack(table.concat(r[2], " ")) end
		skynet.retpack(table.unpack(r))
	end)
end)
`

// TestRecordingsHoldAnswersOfRedis: a replay needs no server.
func TestRecordingsHoldAnswersOfRedis(t *testing.T) {
	t.Chdir(t.TempDir())
	url, stop := startRedis(t)
	out, text := recordedSession(t, askingRedis, []string{
		`call asking "connect", "` + url + `"`, `call asking "get", "none"`, `call asking "set", "n", 7.25`, `call asking "set", "s", "a\0b\255\n"`,
		`call asking "set", "t", {1, 2, {x = "y", z = false}}, 60`, `call asking "get", "n"`, `call asking "get", "s"`, `call asking "get", "t"`,
		`call asking "mget", "n", "none", "s"`, `call asking "incr", "count", 2^53`, `call asking "incr", "count", 2^53`, `call asking "incr", "s"`,
		`call asking "ttl", "n"`, `call asking "ttl", "none"`, `call asking "expire", "n"`, `call asking "keys", "*"`, `call asking "publish", "other", "x"`,
		`call asking "del", "n", "s", "none"`, `call asking "close"`,
	}, "--clock", "virtual")
	stop()
	if !strings.Contains(out, "7.25") || !strings.Contains(out, "not an integer") {
		t.Fatal(out)
	}
	if got := replayOf(t, text); got != asRecorded {
		t.Errorf("%s\n%s", got, text)
	}
}
