package persist_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/compile"
	"lunarium/runtime/vm"
	"lunarium/stdlib/persist"
)

// run runs Lua code with the library as the global persist and gives its result
// and what was warned of.
func run(t *testing.T, data, code string) (result string, warnings []string) {
	t.Helper()
	s := vm.NewState(vm.Config{})
	s.Globals.SetString("persist", vm.TableValue(persist.Open(s, persist.Options{
		Data: data, Now: func() time.Time { return time.Unix(1000, 0) },
		Warn: func(text string) { warnings = append(warnings, strings.ReplaceAll(text, data, "DATA")) },
	})))
	p, err := compile.Source("=code", []byte(code))
	if err != nil {
		t.Fatal(err)
	}
	task := s.NewTask(s.NewClosure(vm.NewLoader(0).Load(p), vm.TableValue(s.Globals)))
	if task.AsTask().Resume() != vm.StatusOK {
		return strings.ReplaceAll(task.AsTask().Failure().Error(), data, "DATA"), warnings
	}
	var texts []string
	for _, v := range task.AsTask().Results() {
		text, ok := vm.ToString(v)
		if !ok {
			text = v.Type().String()
		}
		texts = append(texts, text)
	}
	return strings.ReplaceAll(strings.Join(texts, " "), data, "DATA"), warnings
}

func TestSaveAndLoad(t *testing.T) {
	data := t.TempDir()
	for _, c := range []struct{ code, want string }{
		{`return persist.load("shop")`, "nil there is no snapshot in shop"},
		{`return persist.save("shop", {colour = "red", list = {1, 2, {true}}})`, "DATA/shop/state_1000.dat"},
		{`local s, path = persist.load("shop") return s.colour, #s.list, path`, "red 3 DATA/shop/state_1000.dat"},
		{`persist.save("shop", {colour = "blue"}) return persist.load("shop").colour`, "blue"},
		{`persist.save("shop", {}, {prefix = "cart", keep = 1}) return persist.load("shop", {prefix = "cart"})`, "table DATA/shop/cart_1000.dat"},
		{`return persist.save("shop", {f = function() end})`, "code:1: can't save the state: it holds a function, at f"},
		{`local t = {} t.t = t return persist.save("shop", {a = t})`, "code:1: can't save the state: it holds a table that contains itself, at a.t"},
		{`return persist.save("shop")`, "code:1: bad argument #2 to 'save' (table expected, got no value)"},
		{`return persist.save("shop", {}, {kep = 1})`, "code:1: bad argument #3 to 'save' (unknown option 'kep')"},
		{`return persist.save("shop", {}, {keep = 0.5})`, "code:1: bad argument #3 to 'save' (the option 'keep' takes an integer, at least 1, not 0.5)"},
		{`return persist.load("shop", {prefix = "../x"})`, "code:1: bad argument #2 to 'load' (the option 'prefix' takes letters, digits, '_', '-' and '.', not \"../x\")"},
	} {
		if got, warnings := run(t, data, c.code); got != c.want || warnings != nil {
			t.Errorf("%s\ngives %q, warnings %q; want %q", c.code, got, warnings, c.want)
		}
	}
}

func TestDamagedSnapshotsAreSkipped(t *testing.T) {
	data := t.TempDir()
	run(t, data, `for i = 1, 3 do persist.save("s", {n = i}) end`)
	newest := filepath.Join(data, "s", "state_1002.dat")
	content, err := os.ReadFile(newest)
	if err != nil {
		t.Fatal(err)
	}
	content[2] ^= 1
	if err := os.WriteFile(newest, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "s", "state_2000.dat"), content[:20], 0o600); err != nil {
		t.Fatal(err)
	}
	got, warnings := run(t, data, `return persist.load("s").n`)
	if got != "2" {
		t.Errorf("loaded %q", got)
	}
	if diff := cmp.Diff([]string{
		"persist: s/state_2000.dat is skipped: invalid packed message at byte 6: 99 bytes expected, 11 are left",
		"persist: s/state_1002.dat is skipped: its checksum is wrong",
	}, warnings); diff != "" {
		t.Error(diff)
	}
	if got, _ := run(t, data, `return persist.save("s", {n = 4})`); got != "DATA/s/state_2001.dat" {
		t.Errorf("the next one is %q", got)
	}
}

// TestAFileInTheWay has a file where the directory should be.
func TestAFileInTheWay(t *testing.T) {
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "s"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{`persist.save("s", {})`, `persist.load("s")`} {
		if got, _ := run(t, data, code); !strings.HasPrefix(got, "code:1: can't ") || !strings.HasSuffix(got, "not a directory") {
			t.Errorf("%s gives %q", code, got)
		}
	}
}
