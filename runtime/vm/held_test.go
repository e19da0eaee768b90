package vm

import "testing"

func TestHandlersAreHeldUnderNamesOfTheirOwn(t *testing.T) {
	s := NewState(Config{})
	first, real := s.Hold("http :80", Int(1))
	second, _ := s.Hold("http :80", Int(2))
	if !real || first != "http :80" || second != "http :80#2" {
		t.Fatalf("held as %q (real: %v) and %q", first, real, second)
	}
	s.Release(first)
	if !s.Held(first).IsNil() || !Same(s.Held(second), Int(2)) {
		t.Error("a release did not forget its own handler alone")
	}
}

func TestIsolatedCodeHoldsAside(t *testing.T) {
	s := NewState(Config{})
	aside := s.NewTable(0, 0)
	leave := s.Enter(s.NewUniverse(&Isolation{Handlers: aside}))
	key, real := s.Hold("http :80", Int(1))
	leave()
	if real || s.Isolated() || !s.Held(key).IsNil() || !Same(aside.GetString(key), Int(1)) {
		t.Errorf("the handler of isolated code was really held, or not noted")
	}
}
