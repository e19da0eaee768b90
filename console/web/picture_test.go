package web_test

import (
	"os"
	"testing"

	"lunarium/console/web/browsertest"
)

// spinning works in a loop until it is killed.
const spinning = `local skynet = require "skynet"
local function work(n) local sum = 0; for i = 1, n do sum = sum + i % 7 end; return sum end
skynet.start(function()
	skynet.fork(function() while true do work(1000) end end)
end)`

// A profile's flame graph is shown in the page, below the table, and opens by itself; who
// has no key of the page or asks for another number gets none.
func TestAProfileShowsItsFlameGraph(t *testing.T) {
	n := newNode(t, "", map[string]string{"spinning": spinning})
	b := newBrowser(t)
	n.launch("spinning")
	b.open(n)
	b.enter("profile spinning 300ms")
	b.Text("#output", "of Lua in")
	b.Until(`document.querySelector("#output img.picture")?.naturalWidth === 1200`)
	if path := os.Getenv("PROFILE_PICTURE"); path != "" {
		b.Picture(path)
	}
	address := browsertest.Value[string](b.Browser, `new URL(document.querySelector("#output a:has(img)").href).pathname`)
	svg := n.status(200, "GET", address, "")
	if len(svg) < 1000 {
		t.Errorf("the picture is %s", svg)
	}
	n.status(410, "GET", address+"7", "")
	n.status(410, "GET", "/page/guessed/picture/1", "")
}
