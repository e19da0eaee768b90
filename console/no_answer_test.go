package console

import (
	"context"
	"testing"
	"time"
)

// What is advised is longer than what was waited for.
func TestAdviceIsToWaitLonger(t *testing.T) {
	for limit, want := range map[time.Duration]string{
		5 * time.Second:  `wait longer with "timeout 30s"`,
		40 * time.Second: `wait longer with "timeout 1m20s"`,
		90 * time.Minute: `wait longer with "timeout 3h0m0s"`,
	} {
		if got := (&noAnswerError{err: context.DeadlineExceeded, limit: limit, code: "was ended"}).advice(); got != want {
			t.Errorf("after %s: %s, want %s", limit, got, want)
		}
	}
}
