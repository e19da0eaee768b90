//go:build unix

package line

import (
	"os"
	"os/signal"
	"syscall"
)

// This file tells when the process's own terminal changes its size.

// OnResize calls f, on a goroutine of its own, whenever the size of the
// process's terminal changes, until stop is called.
func OnResize(f func()) (stop func()) {
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, syscall.SIGWINCH)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-ch:
				f()
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(ch)
		close(done)
	}
}
