package lua

import "lunarium/runtime/vm"

// This file holds collectgarbage.

var collectOptions = []string{
	"collect", "stop", "restart", "count", "step", "setpause", "setstepmul",
	"setmajorinc", "isrunning", "generational", "incremental",
}

// collectgarbage runs and tunes the state's collector (manual section 6.1). It
// never makes Go collect: that would stop every service of the process for the
// wish of one, and Go frees what this collector lets go of in its own time.
func collectgarbage(t *vm.Thread) int {
	s := t.State()
	option := collectOptions[t.CheckOption(1, "collect", collectOptions)]
	value := t.OptInt(2, 0)
	result := 0
	if s.Isolated() && option != "count" && option != "isrunning" {
		return t.Return(vm.Int(0)) // what is only tried changes no settings
	}
	switch option {
	case "collect":
		return t.State().Collector().CollectThen(t, func(t *vm.Thread) int {
			t.State().Collector().Finalize(t)
			return t.Return(vm.Int(0))
		})
	case "step":
		return t.State().Collector().StepThen(t, value, func(t *vm.Thread, done bool) int {
			t.State().Collector().Finalize(t)
			return t.Return(vm.Bool(done))
		})
	case "stop":
		s.Collector().Stop()
	case "restart":
		s.Collector().Restart()
	case "isrunning":
		return t.Return(vm.Bool(s.Collector().Runs()))
	case "count":
		return t.State().Collector().CountThen(t, func(t *vm.Thread, bytes int) int {
			return t.Return(vm.Number(float64(bytes)/1024), vm.Int(bytes%1024))
		})
	case "setpause":
		result = s.Collector().SetPause(value)
	case "setstepmul":
		result = s.Collector().SetStepMul(value)
	case "setmajorinc":
		result = s.Collector().SetMajorInc(value)
	case "generational":
		s.Collector().SetMode(vm.Generational)
	case "incremental":
		s.Collector().SetMode(vm.Incremental)
	}
	return t.Return(vm.Int(result))
}
