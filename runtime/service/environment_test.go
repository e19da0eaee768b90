package service

// The values that services share by name.

import (
	"errors"
	"testing"
)

func TestEnvironment(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Env = map[string]string{"a": "1"} })
	if err := w.Setenv("a", "2"); !errors.Is(err, ErrEnvSet) {
		t.Errorf("set again: %v", err)
	}
	if err := w.Setenv("b", "3"); err != nil {
		t.Error(err)
	}
	a, _ := w.Getenv("a")
	b, _ := w.Getenv("b")
	if _, ok := w.Getenv("c"); ok || a+b != "13" {
		t.Errorf("values %q %q", a, b)
	}
}
