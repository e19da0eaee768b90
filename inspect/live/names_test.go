package live_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"lunarium/inspect"
	"lunarium/inspect/debug"
	"lunarium/inspect/inspecttest"
	"lunarium/inspect/live"
	"lunarium/inspect/plain"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// hiding is a service whose variables only functions have that lie among very many
// records: file's secret and gone, a function's count.
const hiding = `local skynet = require "skynet"
local secret, gone, users = { 1, 2 }, 3, {}
local function counter() local count = 7; return function() count = count + 1; return count end end
local make = counter
counter = nil
local function peep() return secret end
local function lost() return gone end
for i = 1, 5000 do users[i] = { id = i } end
users[4000].peep = peep
skynet.start(function()
	skynet.dispatch("lua", function(_, _, what)
		if what == "count" then users[3000].count = make() end
		if what == "hide" then users[4000].peep = nil end
		if what == "load" then users[2000] = assert(load("local late = 5; return function() return late end", "@late.lua"))() end
		skynet.retpack(users[1].id)
	end)
end)
peep, lost = nil, nil
`

// Variables that only functions among very many records have are found by their
// names, and in the whole state, wherever names are used.
func TestVariablesAmongManyRecords(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": hiding})
	ctx := context.Background()
	b.Same("eval secret", 2.0, b.Eval("secret[2]"))
	b.Same("a name that is computed", 1.0, b.Eval("_ENV['sec' .. 'ret'][1]"))
	b.Same("names", []string{"users", "secret"}, b.Names())
	if _, _, err := inspect.Set(ctx, b.Service, plain.Path{plain.NameKey("secret"), plain.NumberKey(1)}, "secret[2] + 40", plain.DefaultLimits); err != nil {
		t.Fatal(err)
	}
	b.Same("after set", 42.0, b.Eval("secret[1]"))
	b.Same("no function has gone", 0.0, b.Eval("gone"))
	b.Same("count, before it is there", 0.0, b.Eval("count"))
	b.Call(`"count"`)
	b.Same("count", 7.0, b.Eval("count"))
	b.Same("names", []string{"users", "secret", "count"}, b.Names())
	b.Eval("(function() count = 20 end)()")
	b.Same("count that was set", 20.0, b.Eval("count"))
	b.Call(`"load"`)
	b.Same("of code that was loaded since", 5.0, b.Eval("late"))
	_, err := inspect.Dump(ctx, b.Service, plain.Path{plain.NameKey("nothing")}, plain.DefaultLimits)
	if missing := (*live.MissingError)(nil); !errors.As(err, &missing) {
		t.Errorf("dump of nothing: %v", err)
	}
}

// What a search found out about the variables of files is not searched again until
// other code is loaded.
func TestWhatWasLearnedIsKept(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": hiding})
	missing := func() (names []string) {
		if err := b.Service.Do(context.Background(), func(own service.Self) {
			names = live.Missing(own)
		}); err != nil {
			t.Fatal(err)
		}
		return names
	}
	b.Same("at first", []string{"count", "gone", "secret"}, missing())
	b.Eval("secret, gone")
	b.Same("after a search", []string{"count"}, missing())
	b.Call(`"load"`)
	b.Same("after a load", []string{"count", "gone", "late", "secret"}, missing())
}

// Code in the debugger has these names, too.
func TestDebuggerFindsVariablesAmongManyRecords(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": hiding})
	ctx := context.Background()
	d, err := debug.Attach(ctx, b.Service, "the test")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close(ctx)
	results, err := d.Eval(ctx, 0, "secret[1] + #users", plain.DefaultLimits)
	if err != nil || len(results.Values) != 1 || results.Values[0].Number != 5001 {
		t.Errorf("%+v, %v", results, err)
	}
}

// Code is looked at for long while messages pass: the service answers in the middle
// of the description of one large table, and what stays is described.
func TestMessagesPassWhileALargeTableIsDescribed(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a table of very many entries")
	}
	b := inspecttest.NewOn(t, false, map[string]string{"main.lua": `local skynet = require "skynet"
local users = {}
for i = 1, 400000 do users["key" .. i] = { id = i } end
local added = 0
skynet.start(function()
	skynet.dispatch("lua", function()
		added = added + 1
		users["new" .. added] = { id = 0 }
		if added % 2 == 0 then users["new" .. added] = nil end
		skynet.retpack(added)
	end)
end)`})
	for _, question := range []func(context.Context) (int, error){
		func(ctx context.Context) (int, error) {
			state, err := inspect.Dump(ctx, b.Service, plain.Path{plain.NameKey("users")}, plain.Limits{Depth: 2, Width: 10, Text: 10})
			return state.Entries[0].Value.Total, err
		},
		func(ctx context.Context) (int, error) {
			bytes, err := b.Service.Memory(ctx)
			return bytes / 60, err
		},
	} {
		done := make(chan struct{})
		answers := make(chan int)
		go func() {
			n := 0
			for ; ; n++ {
				select {
				case <-done:
					answers <- n
					return
				default:
				}
				if _, err := b.Client.Call(context.Background(), b.Service.Address(), message.TypeLua, message.Direct(vm.Int(1))); err != nil {
					t.Error(err)
				}
			}
		}()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		total, err := question(ctx)
		cancel()
		close(done)
		if n := <-answers; n < 10 {
			t.Errorf("only %d calls were answered meanwhile", n)
		}
		if err != nil || total < 400_000 {
			t.Errorf("%d of 400000 entries, %v", total, err)
		}
	}
}
