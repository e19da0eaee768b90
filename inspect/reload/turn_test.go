package reload_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// kept is an implementation that does not hand over all that it holds, and that registers
// something and sets a time-out when it is made.
const kept = `local skynet = require "skynet"
return function()
	local data, connections = {}, {}
	bus.one = function() return "v1" end
	skynet.timeout(100, function() ran[#ran + 1] = "v1" end)
	local commands = {}
	function commands.set(k, v) data[k] = v return true end
	function commands.connect(id) connections[#connections + 1] = id return true end
	function commands.look() return (data.a or "none") .. ": " .. table.concat(connections, " ") end
	return {
		handle_message = function(_, _, command, ...) skynet.retpack(commands[command](...)) end,
		get_state = function() return { data = data } end,
		set_state = function(from) data = from.data end,
		transfer_state = true,
	}
end`

func keptBench(t *testing.T) *bench {
	main := strings.Replace(hot, "local function create", "bus, ran = {}, {}\nlocal function create", 1)
	main = strings.Replace(main, "current_handler.handle", `if cmd == "bus" then skynet.retpack((bus.one and bus.one() or "") .. (bus.two and bus.two() or ""))
		elseif cmd == "ran" then skynet.retpack(table.concat(ran, " "))
		else current_handler.handle`, 1)
	main = strings.Replace(main, "cmd, ...)\n\tend)", "cmd, ...) end\n\tend)", 1)
	b := newBench(t, map[string]string{"main.lua": main, "impl.lua": kept})
	b.Call(`"connect", "x"`)
	b.Call(`"set", "a", 1`)
	return b
}

// Undo puts the very implementation back that was there, with what it does not hand over,
// and what the service has done since stays.
func TestUndoPutsTheSameImplementationBack(t *testing.T) {
	b := keptBench(t)
	b.Write("impl.lua", strings.Replace(kept, `": " ..`, `"; " ..`, 1))
	b.reload("")
	b.Is(`"look"`, "1; ")
	b.undo()
	b.Is(`"look"`, "1: x")
	b.redo()
	b.Call(`"connect", "y"`)
	b.Call(`"set", "a", 2`)
	b.undo()
	b.Is(`"look"`, "2: x")
	b.redo()
	b.Is(`"look"`, "2; y")
}

// What an implementation registers is told of, and goes with it.
func TestUndoTakesBackWhatAnImplementationRegistered(t *testing.T) {
	b := keptBench(t)
	two := strings.Replace(strings.ReplaceAll(kept, `"v1"`, `"v2"`), "\tlocal commands", "\tbus.two = function() return 2 end\n\tlocal commands", 1)
	b.Write("impl.lua", two)
	if change := b.reload(""); !cmp.Equal(change.Added, []string{"time-out at impl.lua:5"}) {
		t.Errorf("added %q", change.Added)
	}
	b.Is(`"bus"`, "v22")
	if change := b.undo(); !cmp.Equal(change.Dropped, []string{"time-out at impl.lua:5"}) {
		t.Errorf("dropped %q", change.Dropped)
	}
	b.Is(`"bus"`, "v1")
	b.pass(2 * time.Second)
	b.Is(`"ran"`, "v1")
}

// What the service has done to the place of a registration stays, and is told.
func TestARegistrationThatTheServiceChangedStays(t *testing.T) {
	const listed = "subs[#subs + 1] = 'v1'"
	text := strings.Replace(kept, "\tlocal commands = {}", "\t"+listed+"\n\tlocal commands = {}\n\tfunction commands.add() subs[#subs + 1] = 'own' return true end\n\tfunction commands.subs() return table.concat(subs, ' ') end", 1)
	b := keptBench(t)
	b.Edit("bus, ran = {}, {}", "bus, ran, subs = {}, {}, {}")
	b.reload("")
	b.Write("impl.lua", text)
	b.reload("")
	b.Is(`"subs"`, "v1")
	b.Call(`"add"`)
	b.Write("impl.lua", strings.Replace(text, listed, "subs[#subs + 1] = 'v2' subs[#subs + 1] = 'v2'", 1))
	if change := b.reload(""); !cmp.Equal(change.Differs, []string{"subs"}) {
		t.Errorf("differs %q", change.Differs)
	}
	b.Is(`"subs"`, "v1 own")
}
