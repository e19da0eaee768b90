package stdlib_test

import (
	"testing"

	"lunarium/runtime/service"
	"lunarium/stdlib"
	"lunarium/stdlib/nodetest"
)

// This file holds nodes whose services have every library.

// everything opens every library, with a directory of their own for what they keep.
func everything(t *testing.T) func(service.Self) error {
	options := &stdlib.ServiceOptions{Data: t.TempDir()}
	return func(s service.Self) error { return stdlib.OpenService(s, options) }
}

func newWorld(t *testing.T, config service.Config) *nodetest.World {
	t.Helper()
	config.Open = everything(t)
	return nodetest.New(t, config)
}
