package cache

import (
	"math"
	"strings"
	"testing"

	"lunarium/runtime/vm"
)

// run gives what a Go function returns inside a state, or its error.
func run(s *vm.State, f func(t *vm.Thread) int) (vm.Value, error) {
	task := s.NewTask(s.NewFunction("test", f))
	if task.AsTask().Resume() != vm.StatusOK {
		return vm.Nil, task.AsTask().Failure()
	}
	return append(task.AsTask().Results(), vm.Nil)[0], nil
}

func TestTextsOfValues(t *testing.T) {
	for _, c := range []struct {
		value vm.Value
		text  string
	}{
		{vm.Int(42), "42"}, {vm.Number(1.5), "1.5"}, {vm.Number(-1e300), "-1e+300"}, {vm.Number(1 << 60), "1152921504606846976"},
		{vm.Number(math.Copysign(0, -1)), "-0"}, {vm.String("hello"), "hello"}, {vm.String(""), ""}, {vm.String("042"), "042"},
		{vm.String("1.50"), "1.50"}, {vm.String("+1"), "+1"}, {vm.String("nan"), "nan"}, {vm.String("0x10"), "0x10"},
		{vm.String("42"), "\x00L\x1442"}, {vm.String("-0"), "\x00L\x14-0"}, {vm.String("\x00L"), "\x00L\x14\x00L"},
		{vm.String("9007199254740993"), "\x00L\x849007199254740993"},
		{vm.True, "\x00L\x09"}, {vm.Number(math.Inf(1)), "\x00L\x42\x00\x00\x00\x00\x00\x00\xf0\x7f"},
	} {
		got, err := encode(c.value, func(int, int) {})
		if err != nil || got != c.text {
			t.Errorf("%q is encoded as %q, %v", c.text, got, err)
		}
		back, err := run(vm.NewState(vm.Config{}), func(t *vm.Thread) int { return t.Return(decode(t, c.text)) })
		if err != nil || !vm.Same(back, c.value) || back.Type() != c.value.Type() {
			t.Errorf("%q is decoded as a %s, %v", c.text, back.Type(), err)
		}
	}
}

func TestDecodeRefusesWhatNobodyPacked(t *testing.T) {
	for _, text := range []string{"\x00L", "\x00L\x07", "\x00L\x14", "\x00L\x09\x09", "\x00L" + strings.Repeat("\x0e", 200)} {
		_, err := run(vm.NewState(vm.Config{}), func(t *vm.Thread) int { return t.Return(decode(t, text)) })
		if err == nil || !strings.HasPrefix(err.Error(), "cache: a value that nobody packed here: ") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// FuzzDecode: whatever stands in a server is a value or an error, and a value
// is encoded as the same again.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{"42", "1e5", "x", "\x00L\x09", "\x00L\x06\x0a\x01\x0a\x02\x00", "-", "9223372036854775808"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := vm.NewState(vm.Config{})
		v, err := run(s, func(t *vm.Thread) int { return t.Return(decode(t, text)) })
		if err != nil {
			return
		}
		again, err := encode(v, func(int, int) {})
		if err != nil {
			return // nested deeper than we pack
		}
		second, err := run(s, func(t *vm.Thread) int { return t.Return(decode(t, again)) })
		if err != nil || second.Type() != v.Type() {
			t.Fatalf("%q became %q, %v", text, again, err)
		}
		if !v.IsTable() && !vm.Same(v, second) && vm.Same(v, v) {
			t.Fatalf("%q became %q", text, again)
		}
	})
}
