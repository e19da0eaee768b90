package kit_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// Options and objects, as code meets them.

type settings struct {
	Name, URL string
	On        bool
	Hosts     []string
	Mode      int
	Size, Cut int
	Time      time.Duration
	Wait      time.Duration
	inner     *vm.Table
	any       vm.Value
}

var options = kit.Options[settings]{
	kit.Text("name", "a name", func(s *settings) *string { return &s.Name }),
	kit.AnyText("url", func(s *settings) *string { return &s.URL }),
	kit.Flag("on", func(s *settings) *bool { return &s.On }),
	kit.Texts("hosts", func(s *settings) *[]string { return &s.Hosts }),
	kit.Choice("mode", func(s *settings, i int) { s.Mode = i }, "slow", "fast", "best"),
	kit.Integer("size", 1, 10, func(s *settings) *int { return &s.Size }),
	kit.Bounded("cut", 0, 10, func(s *settings) *int { return &s.Cut }),
	kit.Seconds("time", func(s *settings) *time.Duration { return &s.Time }),
	kit.SecondsOrNone("wait", func(s *settings) *time.Duration { return &s.Wait }),
	kit.Table("inner", "{a = b}", func(s *settings) **vm.Table { return &s.inner }),
	kit.Value("any", func(s *settings) *vm.Value { return &s.any }),
}

// read gives what options make of an argument, or the error.
func read(arg func(*vm.State) vm.Value) (got settings, failure string) {
	s := vm.NewState(vm.Config{})
	got = settings{Size: 4, any: vm.Nil}
	failure = call(s, func(t *vm.Thread) int {
		options.Read(t, 1, &got)
		return 0
	}, arg(s))
	return got, failure
}

// call calls a function and gives the text of its error.
func call(s *vm.State, run func(*vm.Thread) int, args ...vm.Value) string {
	task := s.NewTask(s.NewFunction("f", run), args...)
	if task.AsTask().Resume() == vm.StatusError {
		return vm.ErrorText(task.AsTask().Failure().Value)
	}
	return ""
}

// table makes a table of one entry.
func table(key string, v vm.Value) func(*vm.State) vm.Value {
	return func(s *vm.State) vm.Value {
		t := s.NewTable(0, 1)
		t.SetString(key, v)
		return vm.TableValue(t)
	}
}

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		key     string
		value   vm.Value
		want    settings
		failure string
	}{
		{"name", vm.String("ann"), settings{Size: 4, Name: "ann"}, ""},
		{"name", vm.String(""), settings{}, `the option 'name' takes a name, not ""`},
		{"name", vm.String("a\x00"), settings{}, `the option 'name' takes a name, not "a\000"`},
		{"name", vm.Int(1), settings{}, "the option 'name' takes a name, not 1"},
		{"url", vm.String(""), settings{Size: 4}, ""},
		{"on", vm.True, settings{Size: 4, On: true}, ""},
		{"on", vm.Int(1), settings{}, "the option 'on' takes true or false, not 1"},
		{"hosts", vm.String("a"), settings{}, `the option 'hosts' takes an array of strings, not "a"`},
		{"mode", vm.String("best"), settings{Size: 4, Mode: 2}, ""},
		{"mode", vm.String("x"), settings{}, `the option 'mode' takes "slow", "fast" or "best", not "x"`},
		{"size", vm.Int(10), settings{Size: 10}, ""},
		{"size", vm.Int(11), settings{}, "the option 'size' takes an integer from 1 to 10, not 11"},
		{"size", vm.Number(1.5), settings{}, "the option 'size' takes an integer from 1 to 10, not 1.5"},
		{"cut", vm.Number(math.Inf(1)), settings{Size: 4, Cut: 10}, ""},
		{"cut", vm.Number(1.5), settings{Size: 4, Cut: 1}, ""},
		{"cut", vm.Int(-1), settings{}, "the option 'cut' takes a number, at least 0, not -1"},
		{"time", vm.Number(0.5), settings{Size: 4, Time: time.Second / 2}, ""},
		{"time", vm.Number(math.Inf(1)), settings{Size: 4, Time: kit.Longest}, ""},
		{"time", vm.Number(1e-9), settings{Size: 4, Time: time.Millisecond}, ""},
		{"time", vm.Int(0), settings{}, "the option 'time' takes seconds, more than 0, not 0"},
		{"time", vm.False, settings{}, "the option 'time' takes seconds, more than 0, not false"},
		{"wait", vm.Int(0), settings{Size: 4}, ""},
		{"wait", vm.Number(math.NaN()), settings{}, "the option 'wait' takes seconds, at least 0, not nan"},
		{"inner", vm.True, settings{}, "the option 'inner' takes {a = b}, not true"},
		{"nme", vm.True, settings{}, "unknown option 'nme'"},
		{"any", vm.False, settings{Size: 4}, ""},
	} {
		got, failure := read(table(c.key, c.value))
		if c.failure != "" {
			c.failure = "bad argument #1 to '?' (" + c.failure + ")"
		} else if diff := cmp.Diff(c.want, got, cmp.FilterPath(private, cmp.Ignore())); diff != "" {
			t.Errorf("%s: %s", c.key, diff)
		}
		if failure != c.failure {
			t.Errorf("%s: %q; want %q", c.key, failure, c.failure)
		}
	}
	if got, failure := read(func(*vm.State) vm.Value { return vm.Nil }); got.Size != 4 || failure != "" {
		t.Errorf("nothing: %v, %q", got, failure)
	}
	if _, failure := read(func(*vm.State) vm.Value { return vm.Int(1) }); failure != "bad argument #1 to '?' (table expected, got number)" {
		t.Error(failure)
	}
}

func private(p cmp.Path) bool {
	name := p.Last().String()
	return name == ".inner" || name == ".any"
}

type door struct{ shut bool }

func TestObjects(t *testing.T) {
	doors := kit.Kind[*door]{Name: "door", Over: func(d *door) error {
		if d.shut {
			return errors.New("the door is shut")
		}
		return nil
	}}
	s := vm.NewState(vm.Config{})
	use := func(t *vm.Thread) int { doors.CheckUsable(t, 1); return 0 }
	look := func(t *vm.Thread) int { doors.Check(t, 1); return 0 }
	for _, c := range []struct {
		value     vm.Value
		use, look string
	}{
		{doors.New(s, &door{}, nil), "", ""},
		{doors.New(s, &door{shut: true}, nil), "the door is shut", ""},
		{vm.UserdataValue(s.NewUserdata(door{}, nil)), "bad argument #1 to '?' (door expected, got userdata)", "bad argument #1 to '?' (door expected, got userdata)"},
		{vm.Int(1), "bad argument #1 to '?' (door expected, got number)", "bad argument #1 to '?' (door expected, got number)"},
	} {
		if got := call(s, use, c.value); got != c.use {
			t.Errorf("%q; want %q", got, c.use)
		}
		if got := call(s, look, c.value); got != c.look {
			t.Errorf("%q; want %q", got, c.look)
		}
	}
}
