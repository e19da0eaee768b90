package message

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"lunarium/runtime/vm"
)

// excerptOf gives the text of an excerpt in a room of some bytes.
func excerptOf(t *testing.T, room int, values ...vm.Value) (text string, whole bool) {
	t.Helper()
	b := make([]byte, room)
	n, whole := Excerpt(b, values)
	text, ok := ExcerptText(string(b[:n]))
	if !ok {
		t.Fatalf("%x can't be read", b[:n])
	}
	return text, whole
}

func TestExcerptsAreWhatLuaReads(t *testing.T) {
	s := vm.NewState(vm.Config{})
	point := s.NewTable(0, 0)
	point.Set(vm.String("x"), vm.Number(0.1))
	point.Set(vm.String("end"), vm.Int(-3))
	point.Set(vm.String("a b"), vm.True)
	point.SetInt(1, vm.Int(1<<40))
	text, whole := excerptOf(t, 200, vm.String("join\n"), vm.Int(7), vm.Nil, vm.TableValue(point), vm.Number(math.Inf(-1)))
	if want := `"join\n", 7, nil, {1099511627776, ["a b"] = true, ["end"] = -3, x = 0.1}, -math.huge`; text != want || !whole {
		t.Errorf("got %s (%t)\nwant %s", text, whole, want)
	}
}

func TestExcerptsSayWhatWasLeftOut(t *testing.T) {
	s := vm.NewState(vm.Config{})
	list := s.NewTable(0, 0)
	for i := 1; i <= 1000; i++ {
		list.SetInt(i, vm.Int(i))
	}
	long := strings.Repeat("x", 1000)
	for _, c := range []struct {
		room   int
		values []vm.Value
		want   string
	}{
		{60, []vm.Value{vm.String(long), vm.True}, `"` + long[:31] + `"… (1000 bytes), true`},
		{40, []vm.Value{vm.TableValue(list), vm.Int(1)}, `{1, 2, 3, 4, 5, …}, …`},
		{5, []vm.Value{vm.String(long)}, `…`},
		{1, []vm.Value{vm.Int(5)}, `…`},
	} {
		if text, whole := excerptOf(t, c.room, c.values...); text != c.want || whole {
			t.Errorf("in %d bytes: %s (%t)\nwant %s", c.room, text, whole, c.want)
		}
	}
}

// Whatever the values and the room, an excerpt stays within it and can be read; and what
// is whole says the same in any larger room.
func TestExcerptsOfAnything(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	s := vm.NewState(vm.Config{})
	var value func(depth int) vm.Value
	value = func(depth int) vm.Value {
		switch random.IntN(7) {
		case 0:
			return vm.Nil
		case 1:
			return vm.Bool(random.IntN(2) == 0)
		case 2:
			return vm.Number(random.NormFloat64())
		case 3:
			return vm.Int(random.IntN(1000) - 500)
		case 4, 5:
			return vm.String(strings.Repeat("é", random.IntN(40)))
		}
		table := s.NewTable(0, 0)
		for i := range random.IntN(6) {
			if depth > 6 {
				break
			}
			if random.IntN(2) == 0 {
				table.SetInt(i+1, value(depth+1))
			} else {
				table.Set(vm.String(strings.Repeat("k", i+1)), value(depth+1))
			}
		}
		return vm.TableValue(table)
	}
	for range 5000 {
		var values []vm.Value
		for range random.IntN(5) {
			values = append(values, value(0))
		}
		all, _ := excerptOf(t, 1<<16, values...)
		if text, whole := excerptOf(t, random.IntN(200), values...); whole && text != all {
			t.Fatalf("whole, but %s\nis not     %s", text, all)
		}
	}
}

func FuzzExcerptText(f *testing.F) {
	f.Add("\x0e\x21\x05\x00\x00\x00\x00")
	f.Add("\x03")
	f.Fuzz(func(t *testing.T, s string) { ExcerptText(s) })
}
