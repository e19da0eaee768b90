package cli

import (
	"cmp"
	"context"
	"crypto/tls"
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

// runMCP is "lunarium mcp [--allow-changes] [--user NAME] [--password-file FILE] [--tls] [--ca FILE] [ADDR]".
func runMCP(args []string, std usage.Streams) int {
	set := flag.NewFlagSet("mcp", flag.ContinueOnError)
	changes := set.Bool("allow-changes", false, "")
	user, passwordFile := set.String("user", "", ""), set.String("password-file", "", "")
	secure := tlsFlags(set)
	if status, ok := readFlags(set, args, std, 0, 1); !ok {
		return status
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b := mcp.Bridge{Address: cmp.Or(set.Arg(0), healthPort), User: *user, AllowChanges: *changes, Version: version}
	if err := bridge(ctx, &b, *passwordFile, secure, std); err != nil {
		fmt.Fprintf(std.Err, "lunarium: %s\n", worded.Text(err))
		return usage.ExitFailed
	}
	return usage.ExitOK
}

func bridge(ctx context.Context, b *mcp.Bridge, passwordFile string, secure func() (*tls.Config, error), std usage.Streams) (err error) {
	if b.Address, _, err = netguard.Address(b.Address); err != nil {
		return err
	}
	if b.TLS, err = secure(); err != nil {
		return err
	}
	if passwordFile != "" {
		password, err := readPassword(passwordFile)
		if err != nil {
			return err
		}
		b.Password = string(password)
	}
	return b.Run(ctx, std.In, std.Out)
}
