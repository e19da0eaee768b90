package cache_test

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/netguard/netguardtest"
)

// freePort gives a port of this machine that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

// TestSecuredRedis speaks to a server that wants TLS and a password, and is refused
// for each of them; no error tells the password.
func TestSecuredRedis(t *testing.T) {
	w := newWorld(t, false)
	cert, key := netguardtest.Certificate(t, t.TempDir())
	port := freePort(t)
	startRedis(t, "--tls-port", port, "--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", cert, "--tls-auth-clients", "no",
		"--requirepass", "open sesame", "--user", "ann", "on", ">her word", "~*", "&*", "+@all")
	host := "127.0.0.1:" + port
	w.launch("secured", "nil", fmt.Sprintf(`
		local function try(url, ca)
			local ok, c = pcall(cache.connect, {url = url, ca = ca, name = "secured"})
			if not ok then print(c) return end
			local ok, result = pcall(c.set, c, "k", {1, 2})
			print(ok and #c:get("k") or result)
			if ok then
				c:subscribe("news", function(_, value) print("received " .. value) end)
				c:publish("news", url:match("//(%%a*)"))
			end
		end
		local host, ca = %q, %q
		try("rediss://ann:her%%20word@" .. host, ca)
		try("rediss://:open%%20sesame@" .. host .. "/1", ca)
		try("rediss://ann:guess@" .. host, ca)
		try("rediss://" .. host, ca)
		try("rediss://ann:her%%20word@" .. host)
		try("redis://ann:her%%20word@" .. host, ca)
		try("rediss://ann:her%%20word@" .. host, ca .. ".none")
		print("done")`, host, cert))
	w.awaitLine("received ann")
	w.awaitLine("received ")
	w.awaitLine("done")
	var got []string
	for _, line := range strings.Split(w.output(), "\n") {
		if !strings.HasPrefix(line, "received") {
			got = append(got, strings.NewReplacer(host, "HOST", cert, "CERT").Replace(line))
		}
	}
	want := []string{
		"2", "2",
		"cache: the Redis server at HOST: WRONGPASS invalid username-password pair or user is disabled.",
		"cache: the Redis server at HOST: NOAUTH Authentication required.",
		"cache: the Redis server at HOST: tls: failed to verify certificate: x509: certificate signed by unknown authority",
		"bad argument #1 to 'cache.connect' (ca is for a url that begins with rediss://)",
		"cache: ca: CERT.none: no such file or directory",
		"done",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
