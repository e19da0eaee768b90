// Lunarium runs Lua services against the skynet API and carries the console
// through which they are operated. See docs/ for the guide.
package main

import (
	"os"

	"lunarium/console/cli"
	"lunarium/console/usage"
)

func main() {
	os.Exit(cli.Run(os.Args[1:], usage.Streams{Program: os.Args[0], In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
