package message_test

import (
	"encoding/hex"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

func newState() *vm.State { return vm.NewState(vm.Config{Seed: 7}) }

// record makes a table of alternating keys and values.
func record(s *vm.State, kv ...vm.Value) vm.Value {
	t := s.NewTable(0, 0)
	for i := 0; i < len(kv); i += 2 {
		t.Set(kv[i], kv[i+1])
	}
	return vm.TableValue(t)
}

func list(s *vm.State, values ...vm.Value) vm.Value {
	t := s.NewTable(0, 0)
	for i, v := range values {
		t.SetInt(i+1, v)
	}
	return vm.TableValue(t)
}

func numbers(n int) []vm.Value {
	var values []vm.Value
	for i := range n {
		values = append(values, vm.Int(i+1))
	}
	return values
}

// plain makes Go data of a value, for comparison.
func plain(v vm.Value) any {
	switch v.Type() {
	case vm.TypeNil:
		return nil
	case vm.TypeBoolean:
		return v.Truth()
	case vm.TypeNumber:
		f, _ := v.AsNumber()
		return f
	case vm.TypeString:
		text, _ := v.AsString()
		return text
	case vm.TypeTable:
		m := map[any]any{}
		v.AsTable().Entries(func(k, e vm.Value) bool { m[plain(k)] = plain(e); return true })
		return m
	}
	return v.Type().String()
}

// holed makes {1, 2, [4] = 4} as the constructor does.
func holed(s *vm.State) vm.Value {
	t := s.NewTable(2, 1)
	for _, i := range []int{4, 1, 2} {
		t.SetInt(i, vm.Int(i))
	}
	return vm.TableValue(t)
}

func plains(values []vm.Value) []any {
	var all []any
	for _, v := range values {
		all = append(all, plain(v))
	}
	return all
}

// reference are bytes that skynet's own lua-seri wrote for these values.
func reference(s *vm.State) map[string][]vm.Value {
	str, num, x := vm.String, vm.Number, strings.Repeat
	return map[string][]vm.Value{
		"000901020a010aff12000112ffff220000010022ffffffff220000008032000000800000000042000000000000f83f041c616263": {
			vm.Nil, vm.True, vm.False, num(0), num(1), num(255), num(256), num(65535), num(65536), num(-1),
			num(-2147483648), num(2147483648), num(1.5), str(""), str("abc")},
		"fc" + x("78", 31):         {str(x("x", 31))},
		"152000" + x("78", 32):     {str(x("x", 32))},
		"0600":                     {record(s)},
		"260a010a020c61060000":     {list(s, num(1), num(2), str("a"), record(s))},
		"061469640a0100":           {record(s, str("id"), num(1))},
		"160a010a020a040a0400":     {holed(s)},
		"429c7500883ce4377e":       {num(1e300)},
		"320000000000002000":       {num(1 << 53)},
		"0642000000000000f83f0900": {record(s, num(1.5), vm.True)},
		"420000000000000080":       {num(math.Copysign(0, -1))},
		"fe0a1f" + "0a010a020a030a040a050a060a070a080a090a0a0a0b0a0c0a0d0a0e0a0f0a100a110a120a130a140a150a160a170a180a190a1a0a1b0a1c0a1d0a1e0a1f00": {list(s, numbers(31)...)},
	}
}

func TestPackMatchesSkynet(t *testing.T) {
	s := newState()
	for want, values := range reference(s) {
		packed, err := message.Pack(values, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := hex.EncodeToString([]byte(packed)); got != want {
			t.Errorf("%v: got %s, want %s", plains(values), got, want)
		}
		back, err := message.Unpack(s, packed)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(plains(values), plains(back)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestLongStringAndArrayRoundTrip(t *testing.T) {
	s := newState()
	values := []vm.Value{vm.String(strings.Repeat("\x00\xff", 40000)), list(s, numbers(70000)...)}
	packed, err := message.Pack(values, nil)
	if err != nil {
		t.Fatal(err)
	}
	back, err := message.Unpack(s, packed)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(plains(values), plains(back)) { // cmp.Diff looks long for the differences
		t.Error("differs")
	}
}

// Room for what is packed is asked for, whatever it is made of.
func TestPackTakesRoomForAllThatItWrites(t *testing.T) {
	s := newState()
	for _, v := range []vm.Value{
		vm.True, vm.Int(1), vm.Int(70000), vm.Number(1 << 40), vm.Number(0.5), vm.String("s"),
		vm.String(strings.Repeat("s", 100)), list(s), list(s, list(s)), record(s, vm.Number(1.5), vm.True),
	} {
		many := list(s, slices.Repeat([]vm.Value{v}, 5000)...)
		taken := 0
		b, err := message.Append(nil, []vm.Value{many}, nil, func(_, bytes int) { taken += bytes })
		if err != nil || taken != cap(b) {
			t.Errorf("%v: %d bytes were taken for %d (%v)", plain(v), taken, cap(b), err)
		}
	}
}

func TestCopyIsDeepAndATree(t *testing.T) {
	s := newState()
	shared := record(s, vm.String("n"), vm.Int(1))
	v := record(s, vm.String("a"), shared, vm.String("b"), shared, vm.Int(1), vm.True)
	copies, err := message.Copy(vm.NewDetached(7), []vm.Value{v, vm.Nil, vm.String("x")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	other := newState()
	other.Adopt(copies)
	if diff := cmp.Diff(plains([]vm.Value{v, vm.Nil, vm.String("x")}), plains(copies)); diff != "" {
		t.Error(diff)
	}
	c := copies[0].AsTable()
	if c.GetString("a").AsTable() == c.GetString("b").AsTable() {
		t.Error("a shared table was shared by the copy")
	}
	shared.AsTable().SetString("n", vm.Int(2))
	if got, _ := c.GetString("a").AsTable().GetString("n").AsNumber(); got != 1 {
		t.Error("the copy changed with the original")
	}
}

func TestWhatCannotBeSent(t *testing.T) {
	s := newState()
	fn := s.NewFunction("f", func(*vm.Thread) int { return 0 })
	str := vm.String
	cycle := record(s)
	cycle.AsTable().SetString("self", record(s, vm.Int(3), cycle))
	deep := record(s)
	for range 32 {
		deep = record(s, str("d"), deep)
	}
	cases := map[string][]vm.Value{
		"can't send a function (at [2].pos.callback)":                                         {vm.Nil, record(s, str("pos"), record(s, str("callback"), fn))},
		"can't send a function (at [1])":                                                      {fn},
		`can't send a function (at [1]["two words"])`:                                         {record(s, str("two words"), fn)},
		"can't send a userdata (at [1][1])":                                                   {list(s, vm.UserdataValue(s.NewUserdata(nil, nil)))},
		"can't send a function as a key (at [1][function])":                                   {record(s, fn, vm.True)},
		"can't send a table that contains itself (at [1].self[3])":                            {cycle},
		"can't send tables nested more than 32 deep (at [1]" + strings.Repeat(".d", 32) + ")": {deep},
	}
	for want, values := range cases {
		_, copyErr := message.Copy(vm.NewDetached(7), values, nil)
		_, packErr := message.Pack(values, nil)
		for _, err := range []error{copyErr, packErr} {
			var value *message.ValueError
			if !errors.As(err, &value) || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
		}
	}
}

func TestTableKeys(t *testing.T) {
	s := newState()
	v := record(s, record(s, vm.Int(1), vm.True), vm.String("x"))
	if _, err := message.Copy(vm.NewDetached(7), []vm.Value{v}, nil); !errors.Is(err, message.ErrTableKey) {
		t.Fatal(err)
	}
	packed, err := message.Pack([]vm.Value{v}, nil)
	if err != nil {
		t.Fatal(err)
	}
	back, err := message.Unpack(s, packed)
	if err != nil {
		t.Fatal(err)
	}
	key, _, _ := back[0].AsTable().Next(vm.Nil)
	if got, _ := back[0].AsTable().Get(key).AsString(); got != "x" {
		t.Errorf("got %q", got)
	}
}

func TestPairsDecide(t *testing.T) {
	s := newState()
	v := list(s, vm.Int(1), vm.Int(2))
	s.SetMetatable(v.AsTable(), s.NewTable(0, 0))
	pairs := func(*vm.Table) ([]vm.Value, bool) { return []vm.Value{vm.String("a"), vm.Int(1)}, true }
	packed, err := message.Pack([]vm.Value{v}, pairs)
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString([]byte(packed)); got != "060c610a0100" {
		t.Error(got)
	}
	copies, err := message.Copy(vm.NewDetached(7), []vm.Value{v}, pairs)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{map[any]any{"a": 1.0}}, plains(copies)); diff != "" {
		t.Error(diff)
	}
}

func TestUnpackRefuses(t *testing.T) {
	cases := map[string]string{
		"07":                       "invalid packed message at byte 0: unknown kind 7",
		"000a":                     "invalid packed message at byte 1: 1 bytes expected, 0 are left",
		"1a":                       "invalid packed message at byte 0: unknown number format 3",
		"0d":                       "invalid packed message at byte 0: unknown string format 1",
		"25ffffffff":               "invalid packed message at byte 0: 4294967295 bytes expected, 0 are left",
		"fe22ffffff7f":             "invalid packed message at byte 0: an array of 2147483647 elements in 0 bytes",
		"fe22ffffffff":             "invalid packed message at byte 0: an array of -1 elements in 0 bytes",
		"fe04":                     "invalid packed message at byte 0: the array's size is not an integer",
		"06":                       "invalid packed message at byte 1: 1 bytes expected, 0 are left",
		"0642000000000000f87f0900": "invalid packed message at byte 1: a key that is not a number",
		"030000000000000000":       "invalid packed message at byte 0: a pointer of another process",
		strings.Repeat("0e", 200):  "invalid packed message at byte 128: tables nested more than 128 deep",
	}
	for in, want := range cases {
		b, err := hex.DecodeString(in)
		if err != nil {
			t.Fatal(err)
		}
		_, err = message.Unpack(newState(), string(b))
		var format *message.FormatError
		if !errors.As(err, &format) || err.Error() != want {
			t.Errorf("%s: got %v, want %s", in, err, want)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	for packed := range reference(newState()) {
		b, _ := hex.DecodeString(packed)
		f.Add(string(b))
	}
	f.Add("\x0e\x0e\x0e")
	f.Fuzz(func(t *testing.T, packed string) {
		s := newState()
		values, err := message.Unpack(s, packed)
		if err != nil {
			return
		}
		again, err := message.Pack(values, nil)
		var tooDeep *message.ValueError
		if errors.As(err, &tooDeep) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := message.Unpack(s, again); err != nil {
			t.Fatal(err)
		}
	})
}

func player(s *vm.State) []vm.Value {
	str := vm.String
	pos := record(s, str("x"), vm.Number(1.5), str("y"), vm.Number(2.5), str("z"), vm.Number(3.5))
	return []vm.Value{record(s, str("id"), vm.Int(1), str("name"), str("player"), str("pos"), pos,
		str("tags"), list(s, str("a"), str("b"), str("c")), str("alive"), vm.True)}
}

func BenchmarkCopy(b *testing.B) {
	s := newState()
	values := player(s)
	b.ReportAllocs()
	for b.Loop() {
		copies, err := message.Copy(vm.NewDetached(7), values, nil)
		if err != nil {
			b.Fatal(err)
		}
		s.Adopt(copies)
	}
}

func BenchmarkPack(b *testing.B) {
	values := player(newState())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := message.Pack(values, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnpack(b *testing.B) {
	s := newState()
	packed, err := message.Pack(player(s), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := message.Unpack(s, packed); err != nil {
			b.Fatal(err)
		}
	}
}
