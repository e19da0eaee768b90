package host_test

import (
	"testing"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
)

func TestHandlersAreHeldUnderNamesOfTheirOwn(t *testing.T) {
	s := vm.NewState(vm.Config{})
	first, real := host.Hold(s, "http :80", vm.Int(1))
	second, _ := host.Hold(s, "http :80", vm.Int(2))
	if !real || first != "http :80" || second != "http :80#2" {
		t.Fatalf("held as %q (real: %v) and %q", first, real, second)
	}
	host.Release(s, first)
	if !host.Held(s, first).IsNil() || !vm.Same(host.Held(s, second), vm.Int(2)) {
		t.Error("a release did not forget its own handler alone")
	}
}

func TestIsolatedCodeHoldsAside(t *testing.T) {
	s := vm.NewState(vm.Config{})
	aside := s.NewTable(0, 0)
	leave := s.Enter(s.NewUniverse(&vm.Isolation{Handlers: aside}))
	key, real := host.Hold(s, "http :80", vm.Int(1))
	leave()
	if real || s.Isolated() || !host.Held(s, key).IsNil() || !vm.Same(aside.GetString(key), vm.Int(1)) {
		t.Errorf("the handler of isolated code was really held, or not noted")
	}
}
