package cli

import (
	"flag"
	"fmt"

	"lunarium/console/usage"
)

// This file writes the page of the manual.

// runMan is "lunarium man".
func runMan(args []string, std usage.Streams) int {
	if status, ok := readFlags(flag.NewFlagSet("man", flag.ContinueOnError), args, std, 0, 0); !ok {
		return status
	}
	fmt.Fprint(std.Out, description().Man(version))
	return usage.ExitOK
}
