package inspect_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect"
)

const candidatesSource = `
local skynet = require "skynet"
local rooms = { lobby = { topic = "tea", users = {} }, ["odd key"] = 1 }
local class = { greet = function() end, age = 3 }
local ann = setmetatable({ name = "ann" }, { __index = class })
class.loop = setmetatable({}, {})
getmetatable(class.loop).__index = class.loop
gate_count = 1
skynet.start(function()
	skynet.dispatch("lua", function() skynet.retpack(rooms, ann, class) end)
end)
`

func TestCandidates(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": candidatesSource})
	for _, c := range []struct {
		code string
		want []string
		from int
	}{
		{"roo", []string{"rooms."}, 0},
		{"print(rooms.l", []string{"lobby."}, 12},
		{"rooms.", []string{"lobby."}, 6},
		{"rooms.lobby.", []string{"topic", "users"}, 12},
		{"rooms.lobby.topic:up", []string{"upper("}, 18},
		{"ann.", []string{"age", "greet(", "loop", "name"}, 4},
		{"ann:", []string{"greet("}, 4},
		{"x = gate_", []string{"gate_count"}, 4},
		{"skynet.retp", []string{"retpack("}, 7},
		{"class.loop.nothing", nil, 11},
		{"nowhere.x", nil, 8},
		{"1.5", nil, 2},
		{"f().x", nil, 4},
	} {
		got, from, err := inspect.Candidates(context.Background(), b.svc, c.code)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, got); d != "" || from != c.from {
			t.Errorf("%q: from %d, want %d\n%s", c.code, from, c.from, d)
		}
	}
}
