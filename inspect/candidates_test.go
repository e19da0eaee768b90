package inspect_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect"
	"lunarium/inspect/inspecttest"
	"lunarium/inspect/live"
	"lunarium/runtime/vm"
)

const candidatesSource = `
local skynet = require "skynet"
local rooms = { lobby = { topic = "tea", users = {} }, ["odd key"] = 1 }
local class = { greet = function() end, age = 3 }
local ann = setmetatable({ name = "ann" }, { __index = class })
class.loop = setmetatable({}, {})
getmetatable(class.loop).__index = class.loop
local list, index, at, names = { ann }, 1, { first = 1 }, { ann = { x = 1 } }
gate_count = 1
skynet.start(function()
	skynet.dispatch("lua", function() skynet.retpack(rooms, ann, class, list, index, at, names) end)
end)
`

func TestCandidates(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": candidatesSource})
	for _, c := range []struct {
		code string
		want []string
		from int
	}{
		{"roo", []string{"rooms."}, 0},
		{"print(rooms.l", []string{"lobby."}, 12},
		{"rooms.", []string{".lobby.", `["odd key"]`}, 5},
		{"rooms.o", []string{`["odd key"]`}, 5},
		{"rooms.l", []string{"lobby."}, 6},
		{"rooms[", []string{`["lobby"].`, `["odd key"]`}, 5},
		{`rooms["`, []string{`["lobby"].`, `["odd key"]`}, 5},
		{`rooms['od`, []string{`["odd key"]`}, 5},
		{`x = rooms["lobby"]["to`, []string{`["topic"]`}, 18},
		{"list[", []string{`[1].`}, 4},
		{"list[1", []string{`[1].`}, 4},
		{"list.", []string{`[1].`}, 4},
		{"list:", nil, 5},
		{"rooms.lobby.", []string{"topic", "users"}, 12},
		{"rooms.lobby.topic:up", []string{"upper("}, 18},
		{"ann.", []string{"age", "greet(", "loop", "name"}, 4},
		{"ann:", []string{"greet("}, 4},
		{`rooms["lobby"].to`, []string{"topic"}, 15},
		{"list[1].na", []string{"name"}, 8},
		{"list[ index ].na", []string{"name"}, 14},
		{"list[at.first].na", []string{"name"}, 15},
		{"list[1]:gre", []string{"greet("}, 8},
		{"print(list[#list].na", nil, 18},
		{`("x"):up`, []string{"upper("}, 6},
		{`names[list[1].name].x`, []string{"x"}, 20},
		{`'a' ..gate_`, []string{"gate_count"}, 6},
		{`list[1.`, nil, 7},
		{`]].x`, nil, 3},
		{"x = gate_", []string{"gate_count"}, 4},
		{"skynet.retp", []string{"retpack("}, 7},
		{"class.loop.nothing", nil, 11},
		{"nowhere.x", nil, 8},
		{"1.5", nil, 2},
		{"f().x", nil, 4},
	} {
		got, from, err := inspect.Candidates(context.Background(), b.Service, c.code)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, got); d != "" || from != c.from {
			t.Errorf("%q: from %d, want %d\n%s", c.code, from, c.from, d)
		}
	}
}

func FuzzCandidates(f *testing.F) {
	for _, seed := range []string{"a.b[1]:c", `t["x]"].y`, `("x"):up`, "]]..", "'", "a[[1]].", "x..y", "[.", `"\".`} {
		f.Add(seed)
	}
	st := vm.NewState(vm.Config{})
	st.Globals.SetString("a", vm.TableValue(st.NewTable(0, 0)))
	f.Fuzz(func(t *testing.T, code string) {
		if _, from := live.GlobalCandidates(st, code); from < 0 || from > len(code) {
			t.Errorf("%q: from %d", code, from)
		}
	})
}
