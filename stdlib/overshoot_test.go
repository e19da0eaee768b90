package stdlib_test

import (
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/service"
)

// overshoots are functions that make much of little, each with a text of 1 MB at hand.
// What they make is more than the service may hold, and is refused while it is made.
var overshoots = map[string]string{
	"json arrays":     `json.decode("[" .. ("[],"):rep(3.2e5) .. "1]")`,
	"json objects":    `json.decode("[" .. ("{},"):rep(3.2e5) .. "1]")`,
	"json numbers":    `json.decode("[" .. ("1,"):rep(4.5e5) .. "1]")`,
	"json strings":    `json.decode("[" .. ('"",'):rep(3.2e5) .. "1]")`,
	"json members":    `json.decode(("[" .. ('{"a":1},'):rep(1e5) .. "1]"))`,
	"json encode":     `json.encode(("\1"):rep(1e6))`,
	"address":         `http.get("http://127.0.0.1:1/?" .. (" "):rep(1e6))`,
	"path":            `http.get("http://127.0.0.1:1/" .. (" "):rep(1e6))`,
	"rep":             `text:rep(100)`,
	"rep separated":   `("x"):rep(100, text)`,
	"gsub":            `text:gsub(".", ("y"):rep(100))`,
	"gsub whole":      `text:gsub(".", "%0%0%0%0%0%0%0%0")`,
	"gsub function":   `text:gsub(".", function() return "12345678" end)`,
	"format":          `("%s%s%s%s%s%s"):format(text, text, text, text, text, text)`,
	"format quoted":   `("%q"):format(("\0"):rep(1e6))`,
	"concatenation":   `text .. text .. text .. text .. text .. text`,
	"table.concat":    `table.concat({1, 2, 3, 4, 5}, text)`,
	"pack":            `string.pack("s4s4s4s4s4", text, text, text, text, text)`,
	"date":            `os.date(("%c"):rep(5e5))`,
	"searchpath":      `package.searchpath(("x"):rep(1e4), ("?"):rep(1e4))`,
	"searchpath list": `package.searchpath(("x"):rep(1e4), ("?;"):rep(1e3))`,
	"separators":      `package.searchpath(("."):rep(1e4), "?", ".", ("y"):rep(1e4))`,
	"bytes":           `{text:byte(1, 9e5)}`,
	"skynet.pack":     `skynet.pack({text, text, text, text, text})`,
	"gmatch":          `(function() local list = {} for c in text:gmatch "." do list[#list + 1] = {c} end end)()`,
	"escape":          `http.escape(("<"):rep(1e6))`,
	"unpack":          `{table.unpack({}, 1, 9e5)}`,
}

// TestBoundIsNotOvershot measures what the functions allocate all in all, which depends
// on nothing else that goes on, and looks at what who called them gets.
func TestBoundIsNotOvershot(t *testing.T) {
	const limit, most = 4 << 20, 30 << 20
	for name, code := range overshoots {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, service.Config{Virtual: true, MemLimit: limit})
			w.Write("main.lua", `local skynet, json, http = require "skynet", require "json", require "http"
				skynet.start(function()
					local text = ("x"):rep(1e6)
					print(pcall(function() local made = `+code+` end))
				end)`)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if _, err := w.Node.Spawn(service.Spec{Name: "main"}); err != nil {
				t.Fatal(err)
			}
			w.Settle()
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > most {
				t.Errorf("%d MB were allocated", took>>20)
			}
			if diff := cmp.Diff("false\tnot enough memory\n", w.Take()); diff != "" {
				t.Errorf("printed (-want +got):\n%s", diff)
			}
		})
	}
}
