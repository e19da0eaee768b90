package stdlib_test

import (
	"fmt"
	"strings"
	"testing"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib"
	"lunarium/stdlib/kit"
)

// Each function does outside what its declared effect says, and no more. It is called with
// many arguments, and what is outside is compared before and after.

// manner is how functions are called: tried, in one of two ways, or for good.
type manner struct {
	name  string
	calls func(kit.Effect) bool
	enter func(service.Self, *vm.Isolation) (leave func())
}

func runsTried(e kit.Effect) bool { return !e.Done() && e != kit.Acts }

var manners = []manner{
	{
		name:  "in a trial", // where a reload runs the text of files
		calls: runsTried,
		enter: func(own service.Self, i *vm.Isolation) func() {
			leave, err := own.Reloading().Enter(own.Reloading().Trial(i, nil))
			if err != nil {
				fail("%v", err)
			}
			return leave
		},
	},
	{
		// As get_state and set_state run, which have the running service's objects; what they
		// register is not set aside.
		name:  "isolated",
		calls: func(e kit.Effect) bool { return runsTried(e) && e != kit.Declares },
		enter: func(own service.Self, i *vm.Isolation) func() { return own.State().Isolate(i) },
	},
	{
		name:  "for good",
		calls: func(e kit.Effect) bool { return e == kit.None || e == kit.Reads },
		enter: func(service.Self, *vm.Isolation) func() { return func() {} },
	},
}

func TestEffectsAreWhatFunctionsDo(t *testing.T) {
	for _, m := range manners {
		t.Run(m.name, func(t *testing.T) {
			x := newOutside(t)
			before := x.lookAround()
			for _, l := range stdlib.Declarations() {
				for _, f := range l.Functions {
					c := newCaller(x, l, f)
					if !m.calls(f.Effect) {
						c.checkValues()
						continue
					}
					if l.Name == "file" || l.Name == "io" {
						c.do(func(own service.Self) { c.lua(own, "refill()") })
						before = x.lookAround()
					}
					c.callAll(t, m)
					after := x.lookAround()
					if changed := changes(before, after); changed != "" {
						t.Errorf("%s, whose effect is %q, was called %s; changed outside:%s", l.Full(f), f.Effect.Explain(), m.name, changed)
					}
					before = after
				}
			}
		})
	}
}

// callAll calls the function with all its argument lists.
func (c *caller) callAll(t *testing.T, m manner) {
	t.Helper()
	c.do(func(own service.Self) {
		before := c.look(own)
		for _, list := range c.lists(own) {
			ended := c.call(t, m, own, list)
			after := c.look(own)
			changed := changes(before, after)
			if changed != "" { // objects that nobody has any more may have something open
				c.lua(own, "collectgarbage()")
				after = c.look(own)
				changed = changes(before, after)
			}
			if changed != "" {
				t.Errorf("%s(%s), whose effect is %q, was called %s; it %s, and changed outside:%s",
					c.full, shown(list), c.function.Effect.Explain(), m.name, ended, changed)
			}
			before = after
		}
	})
}

// waits are functions that suspend the code that calls them, which is not waiting.
var waits = map[string]bool{"coroutine.yield": true, "skynet.exit": true}

// call calls the function once, and says how it ended.
func (c *caller) call(t *testing.T, m manner, own service.Self, args []vm.Value) (ended string) {
	t.Helper()
	state := own.State()
	refuse := func(t *vm.Thread, what string) int {
		t.Errorf("refused: %s", what)
		return 0
	}
	leave := m.enter(own, &vm.Isolation{
		Handlers: state.NewTable(0, 0), Refuse: refuse,
		Act: func(t *vm.Thread, deed vm.Deed) int { return refuse(t, deed.Name) },
	})
	defer leave()
	fn := c.bound(own)
	thread := own.Reloading().Try(c.lua(own, "return function(f, ...) return f(...) end"), append([]vm.Value{fn}, args...)...)
	status, err := own.RunOut(c.Ctx, thread)
	switch {
	case err != nil:
		t.Errorf("%s(%s): %v", c.full, shown(args), err)
	case status == vm.StatusOK:
		return "gave " + shown(thread.AsTask().Results())
	case status == vm.StatusError:
		return fmt.Sprintf("failed with %q", thread.AsTask().Failure().Error())
	case !waits[c.full]:
		t.Errorf("%s(%s), called %s, waits", c.full, shown(args), m.name)
	}
	thread.AsTask().Close()
	return "suspended its caller"
}

// bound gives the function as code gets it.
func (c *caller) bound(own service.Self) vm.Value {
	var fn vm.Value
	if c.library.Object {
		fn = c.lua(own, "local o, name = ... return o[name]", c.objects[0], vm.String(c.function.Name))
	} else {
		fn = c.lua(own, `local library, name = ...
			if library == "_G" then return _G[name] end
			local ok, table = pcall(require, library)
			return (ok and table or require "skynet"[library:match "%.(.*)"])[name]`, vm.String(c.library.Name), vm.String(c.function.Name))
	}
	if !fn.IsFunction() {
		fail("%s is no function", c.full)
	}
	return fn
}

// shown gives values for people.
func shown(values []vm.Value) string {
	texts := make([]string, len(values))
	for i, v := range values {
		if s, ok := v.AsString(); ok {
			texts[i] = fmt.Sprintf("%.60q", s)
		} else if s, ok := vm.ToString(v); ok {
			texts[i] = s
		} else {
			texts[i] = v.Type().String()
		}
	}
	return strings.Join(texts, ", ")
}
