package cli

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"lunarium/console/mcp"
	"lunarium/console/usage"
	"lunarium/runtime/netguard"
	"lunarium/runtime/worded"
)

// This file connects assistants that start programs to a node.

// runMCP is "lunarium mcp [--allow-changes] [--user NAME] [--password-file FILE] [ADDR]".
func runMCP(args []string, std usage.Streams) int {
	set := flag.NewFlagSet("mcp", flag.ContinueOnError)
	changes := set.Bool("allow-changes", false, "")
	user, passwordFile := set.String("user", "", ""), set.String("password-file", "", "")
	if status, ok := readFlags(set, args, std, 0, 1); !ok {
		return status
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := bridge(ctx, cmp.Or(set.Arg(0), healthPort), *user, *passwordFile, *changes, std); err != nil {
		fmt.Fprintf(std.Err, "lunarium: %s\n", worded.Text(err))
		return usage.ExitFailed
	}
	return usage.ExitOK
}

func bridge(ctx context.Context, address, user, passwordFile string, changes bool, std usage.Streams) error {
	address, _, err := netguard.Address(address)
	if err != nil {
		return err
	}
	var password []byte
	if passwordFile != "" {
		if password, err = readPassword(passwordFile); err != nil {
			return err
		}
	}
	b := mcp.Bridge{Address: address, User: user, Password: string(password), AllowChanges: changes, Version: version}
	return b.Run(ctx, std.In, std.Out)
}
