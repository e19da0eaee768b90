package cli

import (
	"lunarium/console/luacli"
	"lunarium/console/usage"
)

// This file does what the first word of a command line says.

// Run does what a command line says and gives the exit status: 0, 1 for a
// failure, 2 for bad usage, or what the node was stopped with. Called by the name
// lua it is plain Lua.
func Run(args []string, std usage.Streams) int {
	tuneHeap()
	if luacli.Called(std.Program) {
		return luacli.Run(args, luaProgram(std))
	}
	if len(args) > 0 {
		for _, c := range commands() {
			if c.Name == args[0] {
				return c.run(args[1:], std)
			}
		}
	}
	return runNode(args, std)
}
