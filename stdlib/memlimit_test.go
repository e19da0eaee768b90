package stdlib_test

import (
	"context"
	"strings"
	"testing"

	"lunarium/runtime/service"
	"lunarium/stdlib"
)

// TestMemLimitCounts has services that keep code, or what else is no table and no
// string, without end.
func TestMemLimitCounts(t *testing.T) {
	for name, hog := range map[string]string{
		"code":               `keep[i] = load(text .. i)`,
		"code from a reader": `local s = text .. i keep[i] = load(function() local piece = s s = nil return piece end)`,
		"dumped code":        `keep[i] = load(dumped, "=" .. i)`,
		"a nested function":  `keep[i] = load("return function() " .. text .. i .. "\n end")()`,
		"code of a file":     `local f = io.open(path, "w") f:write(text, i) f:close() keep[i] = loadfile(path)`,
		"time-outs":          `for i = 1, 100 do skynet.timeout(1e6, skynet.exit) end`,
		"forks":              `for i = 1, 100 do skynet.fork(skynet.exit) end`,
	} {
		t.Run(name, func(t *testing.T) {
			source := `local skynet = require "skynet"
				local path = ...
				local lines, keep = {}, {}
				for i = 1, 100 do lines[i] = "a" .. i .. " = x" .. i .. " f(a)" end
				local text = table.concat(lines, "\n") .. " --"
				local dumped = string.dump(load(text))
				skynet.start(function()
					for i = 1, 4000 do ` + hog + ` end
				end)`
			w := newNode(t, 2<<20)
			_, err := w.Launch(context.Background(), service.Spec{Name: "hog", Source: source, Literal: true, Args: []string{t.TempDir() + "/x.lua"}})
			if err == nil || !strings.Contains(err.Error(), "not enough memory") {
				t.Errorf("the limit was not noticed: %v", err)
			}
		})
	}
}

func newNode(t *testing.T, memLimit int) *service.Node {
	n := service.NewNode(service.Config{
		Virtual: true, MemLimit: memLimit, Known: stdlib.Names(),
		Open: func(s *service.Service) error { return stdlib.OpenService(s, stdlib.ServiceOptions{}) },
	})
	t.Cleanup(func() { n.Stop(0) })
	return n
}
