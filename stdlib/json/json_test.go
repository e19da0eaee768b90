package json_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/compile"
	"lunarium/runtime/vm"
	"lunarium/stdlib/json"
)

// world is a state with the library in the global json.
type world struct {
	state          *vm.State
	encode, decode vm.Value
}

func newWorld() *world {
	s := vm.NewState(vm.Config{})
	library := json.Open(s)
	s.Globals.SetString("json", library)
	s.Globals.SetString("pcall", s.NewFunction("pcall", func(t *vm.Thread) int { return t.ProtectArgs() }))
	table := library.AsTable()
	return &world{s, table.GetString("encode"), table.GetString("decode")}
}

func (w *world) call(fn vm.Value, args ...vm.Value) (vm.Value, error) {
	task := w.state.NewTask(fn, args...)
	if task.AsTask().Resume() != vm.StatusOK {
		return vm.Nil, task.AsTask().Failure()
	}
	return append(task.AsTask().Results(), vm.Nil)[0], nil
}

// run gives what a Lua expression gives, as text.
func (w *world) run(t testing.TB, expression string) string {
	t.Helper()
	p, err := compile.Source("=test", []byte("local a, b = pcall(function() "+expression+" end) return b"))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	v, err := w.call(w.state.NewClosure(vm.NewLoader(0).Load(p), vm.TableValue(w.state.Globals)))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	if v.Type() == vm.TypeBoolean {
		return map[bool]string{true: "true", false: "false"}[v.Truth()]
	}
	text, ok := vm.ToString(v)
	if !ok {
		return v.Type().String()
	}
	return text
}

func check(t *testing.T, cases [][2]string) {
	t.Helper()
	for _, c := range cases {
		got := strings.TrimPrefix(newWorld().run(t, c[0]), "test:1: ")
		if diff := cmp.Diff(c[1], got); diff != "" {
			t.Errorf("%s\n%s", c[0], diff)
		}
	}
}

func TestEncode(t *testing.T) {
	check(t, [][2]string{
		{`return json.encode(nil)`, `null`},
		{`return json.encode{b = 1, a = {1, 2.5, "x", true, json.null}}`, `{"a":[1,2.5,"x",true,null],"b":1}`},
		{`return json.encode{{}, json.array(), json.object(), json.array{}, json.object{}}`, `[{},[],{},[],{}]`},
		{`return json.encode(json.array{1, nil, 3})`, `[1,null,3]`},
		{`return json.encode(json.array{n = 3, [2] = "x"})`, `[null,"x",null]`},
		{`return json.encode(json.object{"a", "b", x = 1, [2.5] = 2})`, `{"1":"a","2":"b","2.5":2,"x":1}`},
		{`return json.encode(json.object(json.array{1}))`, `{"1":1}`},
		{`return json.encode{0, -0.0, 1e15, 2^53, 1e20, 1e21, 1e-6, 1e-7, 0.1, 5e-324, 1.7976931348623157e308, -1.5}`,
			`[0,-0,1000000000000000,9007199254740992,100000000000000000000,1e+21,0.000001,1e-7,0.1,5e-324,1.7976931348623157e+308,-1.5]`},
		{`return json.encode('"\\/\b\f\n\r\t\0\127é😀')`, `"\"\\/\b\f\n\r\t\u0000` + "\x7f" + `é😀"`},
		{`return json.encode("a\255b\192\128", {invalid = "replace"})`, "\"a\uFFFDb\uFFFD\uFFFD\""},
		{`return json.encode({a = {1, {}}, b = json.array()}, {pretty = true})`, "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}"},
		{`return json.encode({1}, {pretty = "\t"})`, "[\n\t1\n]"},
		{`local shared = {1} return json.encode{shared, shared}`, `[[1],[1]]`},
	})
}

func TestEncodeRefuses(t *testing.T) {
	check(t, [][2]string{
		{`return json.encode(print or pcall)`, `can't encode a function`},
		{`return json.encode{a = {1, {["two words"] = pcall}}}`, `can't encode a function (at .a[2]["two words"])`},
		{`return json.encode{1, nil, 3}`, `can't encode a hole in an array; json.array writes it as null (at [2])`},
		{`return json.encode{x = {1, [3] = 3}}`, `can't encode a table with holes, the elements 1 and 3 among them; json.array or json.object say what it is (at .x)`},
		{`return json.encode{[5] = 1}`, `can't encode a table with the element 5 and no element 1; json.array or json.object say what it is`},
		{`return json.encode{1, x = 2}`, `can't encode a table with elements and the key "x"; json.object makes it an object`},
		{`return json.encode{[true] = 1}`, `can't encode a table with the key true`},
		{`return json.encode{[{}] = 1}`, `can't encode a table with the key of type table`},
		{`return json.encode(json.array{x = 1})`, `can't encode an array with the key "x"`},
		{`return json.encode(json.array{[1.5] = 1})`, `can't encode an array with the element 1.5`},
		{`return json.encode(json.array{1, 2, n = 1})`, `can't encode an array with n = 1 and the element 2`},
		{`return json.encode(json.array{[2^31 - 1] = 1})`, `can't encode more than 67108864 bytes`},
		{`return json.encode(json.object{1, ["1"] = 2})`, `can't encode an object with two keys "1", a number and a string`},
		{`return json.encode{0/0}`, `can't encode the number -nan (at [1])`},
		{`return json.encode{x = -1/0}`, `can't encode the number -inf (at .x)`},
		{`local c = {} c.x = {c} return json.encode(c)`, `can't encode a table that contains itself (at .x[1])`},
		{`local d = {} for i = 1, 128 do d = {d} end return json.encode(d)`,
			`can't encode tables nested more than 128 deep (at ` + strings.Repeat("[1]", 66) + "[1…)"},
		{`return json.encode({{{}}}, {depth = 2})`, `can't encode tables nested more than 2 deep (at [1][1])`},
		{`return json.encode{a = "x\255"}`, `can't encode a string that is not UTF-8 from byte 2 on (at .a)`},
		{`return json.encode{["\255"] = 1}`, `can't encode a string that is not UTF-8 from byte 1 on (at ["\255"])`},
		{`return json.encode({"12345678"}, {size = 10})`, `can't encode more than 10 bytes (at [1])`},
		{`return json.encode()`, `bad argument #1 to 'encode' (value expected)`},
		{`return json.encode(1, {prety = true})`, `bad argument #2 to 'encode' (unknown option 'prety')`},
		{`return json.encode(1, {pretty = "x"})`, `bad argument #2 to 'encode' (the option 'pretty' takes true, false or white space, not "x")`},
		{`return json.array(json.null)`, `bad argument #1 to 'array' (table expected, got userdata)`},
	})
}

// TestSharedTablesAreBounded: sixty tables are 2^60 values as JSON.
func TestSharedTablesAreBounded(t *testing.T) {
	got := newWorld().run(t, `local d = {} for i = 1, 60 do d = {d, d} end return json.encode(d, {size = 100000})`)
	if !strings.HasPrefix(got, "test:1: can't encode more than 100000 bytes") {
		t.Error(got)
	}
}

func TestDecode(t *testing.T) {
	check(t, [][2]string{
		{`return json.decode('[1,[2,{"a":"b"}]]')[2][2].a`, `b`},
		{`return json.decode(' null ') == json.null`, `true`},
		{`return json.decode('[null]', {null = false})[1]`, `false`},
		{`return json.decode('"\\ud83d\\ude00\\u00e9\\n\\/\\u0000x"')`, "😀é\n/\x00x"},
		{`return json.decode('{"a":1,"a":2}').a`, `2`},
		{`return 1 / json.decode('-0')`, `-inf`},
		{`return json.decode('1e-999')`, `0`},
		{`return json.decode('0.1') == 0.1 and json.decode('1e2') == 100`, `true`},
		{`return json.decode('9007199254740993') == 2^53`, `true`},
		{`return json.decode('9007199254740993', {big = "string"})`, `9007199254740993`},
		{`return json.decode('-99999999999999999999', {big = "string"})`, `-99999999999999999999`},
		{`return json.decode('9007199254740992', {big = "string"}) == 2^53`, `true`},
		{`return json.decode('1e30', {big = "string"}) == 1e30`, `true`},
		{`return json.encode(json.decode('[[],{},{"a":[]},[[]]]'))`, `[[],{},{"a":[]},[[]]]`},
		{`local t = json.decode('[1]') t[1] = nil return json.encode(t)`, `[]`},
	})
}

func TestDecodeRefuses(t *testing.T) {
	at := func(line, column, b, rest string) string {
		return "invalid JSON at line " + line + ", column " + column + " (byte " + b + "): " + rest
	}
	check(t, [][2]string{
		{`return json.decode('')`, at("1", "1", "1", "a value expected, found the end of the text")},
		{`return json.decode('[1,]')`, at("1", "4", "4", "a value expected, found ']'")},
		{`return json.decode('{"a":1,}')`, at("1", "8", "8", "a key in quotes expected, found '}'")},
		{`return json.decode('["é",\n x]')`, at("2", "2", "9", "a value expected, found 'x'")},
		{`return json.decode('["é" x]')`, at("1", "6", "7", "',' or ']' expected, found 'x'")},
		{`return json.decode('{"a" 1}')`, at("1", "6", "6", "':' expected after the key, found '1'")},
		{`return json.decode('[tru]')`, at("1", "5", "5", "true expected, found ']'")},
		{`return json.decode('"abc')`, at("1", "1", "1", "a string without an end")},
		{`return json.decode('"abc\\')`, at("1", "1", "1", "a string without an end")},
		{`return json.decode('"\\q"')`, at("1", "2", "2", `the escape \ before 'q'`)},
		{`return json.decode('"\\u12')`, at("1", "2", "2", `four hexadecimal digits expected after \u`)},
		{`return json.decode('"\\ud800"')`, at("1", "2", "2", "half of a surrogate pair")},
		{`return json.decode('"\\udc00\\ud800"')`, at("1", "2", "2", "half of a surrogate pair")},
		{`return json.decode('"\\ud800\\u0041"')`, at("1", "2", "2", "half of a surrogate pair")},
		{`return json.decode('"ab\255"')`, at("1", "4", "4", "the byte 0xff, which is not UTF-8")},
		{`return json.decode('"a\nb"')`, at("1", "3", "3", `a control character in a string; it is written \u000a`)},
		{`return json.decode('01')`, at("1", "2", "2", "a digit after a leading 0")},
		{`return json.decode('-')`, at("1", "2", "2", "a digit expected, found the end of the text")},
		{`return json.decode('1e999')`, at("1", "1", "1", "a number beyond 1.8e308")},
		{`return json.decode('[1]x')`, at("1", "4", "4", "'x' after the value")},
		{`return json.decode('\239\187\191[]')`, at("1", "1", "1", "a byte order mark")},
		{`return json.decode('{"a":1,"b":{"a":1},"a":3}', {duplicates = "error"})`, at("1", "20", "20", `the key "a" for the second time`)},
		{`return json.decode('[[[]]]', {depth = 2})`, at("1", "3", "3", "nested more than 2 deep")},
		{`return json.decode('[1,2,3]', {values = 3})`, at("1", "6", "6", "more than 3 values")},
		{`return json.decode('[1,2,3]', {size = 3})`, "invalid JSON: 7 bytes; the limit is 3"},
		{`return json.decode({})`, "bad argument #1 to 'decode' (string expected, got table)"},
		{`return json.decode('1', {depth = 0})`, "bad argument #2 to 'decode' (the option 'depth' takes an integer from 1 to 10000, not 0)"},
	})
}

// TestBombs: nesting and number of values end a hostile text early.
func TestBombs(t *testing.T) {
	if testing.Short() {
		t.Skip("decodes more than 64 MB")
	}
	w, long := newWorld(), strings.Repeat("x", 64<<20)
	for _, c := range []struct{ text, want string }{
		{strings.Repeat("[", 1<<20), "nested more than 128 deep"},
		{strings.Repeat(`{"a":`, 1<<20), "nested more than 128 deep"},
		{"[" + strings.Repeat("[],", 2<<20) + "[]]", "more than 1048576 values"},
		{`"` + long + `x"`, "the limit is 67108864"},
	} {
		if _, err := w.call(w.decode, vm.String(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.10s…: %v", c.text, err)
		}
	}
	if _, err := w.call(w.encode, vm.String(long)); err == nil || !strings.Contains(err.Error(), "more than 67108864 bytes") {
		t.Error(err)
	}
}

// TestLongWorkCanBeKilled: a service that converts much can be ended.
func TestLongWorkCanBeKilled(t *testing.T) {
	w := newWorld()
	list := w.state.NewTable(0, 0)
	for i := range 5000 {
		list.SetInt(i+1, vm.Int(i))
	}
	for name, work := range map[string][]vm.Value{
		"decode": {w.decode, vm.String("[" + strings.Repeat("1,", 5000) + "1]")},
		"encode": {w.encode, vm.TableValue(list)},
	} {
		w.state.Interrupt(vm.InterruptKill)
		if _, err := w.call(work[0], work[1:]...); !errors.Is(err, vm.ErrKilled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
