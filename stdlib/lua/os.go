package lua

import (
	"os"
	"slices"
	"time"

	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the library os.

// osFunctions are the functions of the library os.
var osFunctions = kit.Library{Name: "os", Functions: []kit.Function{
	kit.Fn("clock", "", kit.Reads, "gives the processor time used, in seconds",
		on(system.clock)),
	kit.Fn("date", "[format [, time]]", kit.Reads, `gives a time as text, or as a table for "*t"`,
		on(system.date)),
	kit.Fn("difftime", "later, earlier", kit.None, "gives the seconds between two times",
		difftime),
	kit.Fn("execute", "[command]", kit.Acts, `runs a command; true or nil, "exit" or "signal", and the code`,
		on(system.execute)),
	kit.Fn("exit", "[code [, close]]", kit.Acts, "ends the program, in a service the node",
		on(system.exit)),
	kit.Fn("getenv", "name", kit.Reads, "gives a variable of the environment, or nil",
		on(system.getenv)),
	kit.Fn("remove", "path", kit.Acts, "takes a file away",
		osRemove),
	kit.Fn("rename", "old, new", kit.Acts, "gives a file another name",
		osRename),
	kit.Fn("setlocale", "[locale [, category]]", kit.None, `gives the locale, which is always "C"`,
		setlocale),
	kit.Fn("time", "[table]", kit.Reads, "gives the time, or that of a table's fields, in seconds since 1970",
		on(system.time)),
	kit.Fn("tmpname", "", kit.Acts, "makes an empty file with a new name, and gives the name",
		tmpname),
}}

// osTemplate is the os library (manual section 6.9).
var osTemplate = vm.NewTemplate("os", osFunctions.Bound())

func (o system) clock(t *vm.Thread) int {
	return t.Return(vm.Number(measured(t, "os.clock", o.host().CPU().Seconds())))
}

func difftime(t *vm.Thread) int {
	return t.Return(vm.Number(t.CheckNumber(1) - t.OptNumber(2, 0)))
}

func (o system) exit(t *vm.Thread) int {
	code := 0
	switch {
	case t.Arg(1).IsNil() || t.Arg(1) == vm.True:
	case t.Arg(1) == vm.False:
		code = 1
	default:
		code = t.CheckInt32(1)
	}
	if t.Arg(2).Truth() {
		t.State().Collector().FinalizeAll(t, func(*vm.Error) {})
	}
	o.host().Exit(code)
	t.Errorf("os.exit(%d)", code)
	return 0
}

func (o system) getenv(t *vm.Thread) int {
	value, ok := o.variable(t, t.CheckString(1))
	if !ok {
		return t.Return(vm.Nil)
	}
	return t.Return(vm.String(value))
}

func osRemove(t *vm.Thread) int {
	path := t.CheckString(1)
	return fileResult(t, os.Remove(path), path)
}

func osRename(t *vm.Thread) int {
	return fileResult(t, os.Rename(t.CheckString(1), t.CheckString(2)), "")
}

func tmpname(t *vm.Thread) int {
	f, err := os.CreateTemp("", "lua_")
	if err != nil {
		t.Errorf("unable to generate a unique filename")
	}
	f.Close()
	return t.Return(vm.String(f.Name()))
}

// setlocale knows the C locale alone, whatever the system has.
func setlocale(t *vm.Thread) int {
	name := t.OptString(1, "")
	t.CheckOption(2, "all", []string{"all", "collate", "ctype", "monetary", "numeric", "time"})
	if !slices.Contains([]string{"", "C", "POSIX"}, name) {
		return t.Return(vm.Nil)
	}
	return t.Return(vm.String("C"))
}

func (o system) time(t *vm.Thread) int {
	if t.Arg(1).IsNil() {
		return t.Return(vm.Number(float64(o.now(t).Unix())))
	}
	t.CheckTable(1)
	second := o.dateField(t, "sec", 0)
	minute := o.dateField(t, "min", 0)
	hour := o.dateField(t, "hour", 12)
	day := o.dateField(t, "day", required)
	month := o.dateField(t, "month", required)
	year := o.dateField(t, "year", required)
	zone := o.host().Now().Location()
	when := time.Date(1900+int(int32(year-1900)), time.Month(month), day, hour, minute, second, 0, zone)
	if dst := t.Index(t.Arg(1), vm.String("isdst")); dst.Truth() && !when.IsDST() {
		when = when.Add(-time.Hour)
	}
	return t.Return(vm.Number(float64(when.Unix())))
}

// required stands for a field of os.time's table that has no default.
const required = -1

func (o system) dateField(t *vm.Thread, name string, absent int) int {
	f, ok := t.ToNumber(t.Index(t.Arg(1), vm.String(name)))
	if ok {
		return int(int32(toInt64(f))) // as C converts it
	}
	if absent == required {
		t.Errorf("field '%s' missing in date table", name)
	}
	return absent
}
