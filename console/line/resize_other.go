//go:build !unix

package line

// OnResize does nothing where the system sends no signal for it; the width is
// asked for at each repaint anyway.
func OnResize(func()) (stop func()) { return func() {} }
