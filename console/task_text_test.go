package console

import (
	"testing"
	"time"
)

func TestDueWhen(t *testing.T) {
	for left, want := range map[time.Duration]string{
		1500 * time.Millisecond: "wakes in 1.5 s",
		0:                       "wakes in 0 s",
		-2 * time.Second:        "was due 2 s ago",
	} {
		if got := dueWhen("wakes", left); got != want {
			t.Errorf("%s: %q", left, got)
		}
	}
}
