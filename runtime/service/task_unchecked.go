//go:build !checked

package service

// Without the build tag checked, what was given back holds no poison.

func (t *task) spoil()   {}
func (t *task) unspoil() {}
