package http_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/netguard/netguardtest"
)

func TestTLS(t *testing.T) {
	w := newWorld(t)
	netguardtest.Certificate(t, w.Dir)
	w.launch("secure", `local skynet, http = require "skynet", require "http"
		local dir = "`+w.Dir+`/"
		local function try(...)
			local ok, answer = pcall(...)
			print((tostring(ok and answer.body or answer):gsub(dir, "DIR/"):gsub("127.0.0.1:%d+", "ADDRESS")))
		end
		local function refused(options) print((select(2, pcall(http.serve, "127.0.0.1:0", print, {tls = options})):gsub(dir, "DIR/"))) end
		skynet.start(function()
			local server = http.serve("127.0.0.1:0", function(request) return request.method .. " " .. request.body end,
				{tls = {cert = dir .. "cert.pem", key = dir .. "key.pem"}})
			try(http.request, {url = server.url, body = "secret", ca = dir .. "cert.pem"})
			try(http.get, server.url .. "/", {ca = dir .. "cert.pem"})
			try(http.get, server.url)
			try(http.get, (server.url:gsub("https", "http")))
			try(http.get, server.url, {ca = dir .. "none.pem"})
			try(http.get, server.url, {ca = dir .. "key.pem"})
			refused{cert = dir .. "none.pem", key = dir .. "key.pem"}
			refused{cert = dir .. "key.pem", key = dir .. "key.pem"}
			refused{certificate = "x"}
			refused(true)
			print("done")
		end)`)
	w.printed("done")
	want := []string{
		"POST secret", "GET ",
		"GET https://ADDRESS: tls: failed to verify certificate: x509: certificate signed by unknown authority",
		"Client sent an HTTP request to an HTTPS server.\n",
		"ca: DIR/none.pem: no such file or directory", "ca: DIR/key.pem holds no certificate (PEM)",
		"option tls: DIR/none.pem: no such file or directory",
		"option tls: DIR/key.pem and DIR/key.pem: tls: failed to find certificate PEM data in certificate input, " +
			"but did find a private key; PEM inputs may have been switched",
		"bad argument #3 to 'http.serve' (unknown option 'certificate')",
		"bad argument #3 to 'http.serve' (the option 'tls' takes {cert = FILE, key = FILE}, not true)", "done",
	}
	if diff := cmp.Diff(strings.Join(want, "\n")+"\n", w.Output()); diff != "" {
		t.Error(diff)
	}
}
