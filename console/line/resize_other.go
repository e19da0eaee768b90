//go:build !unix

package line

// This file tells when the process's own terminal changes its size.

// OnResize does nothing where the system sends no signal for it; the width is
// asked for at each repaint anyway.
func OnResize(func()) (stop func()) { return func() {} }
