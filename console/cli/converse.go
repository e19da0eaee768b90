package cli

import (
	"context"
	"errors"
	"fmt"

	"lunarium/console"
	"lunarium/console/line"
	"lunarium/runtime/worded"
)

// This file runs the lines of a reader in a session.

// converse runs the lines of a reader in a session until one of them ends, and
// tells whether a command failed. Ctrl-C cancels the command that runs.
func converse(ctx context.Context, session *console.Session, reader line.Reader, done <-chan struct{}) (failed bool) {
	go func() {
		select {
		case <-done:
			reader.Close()
		case <-ctx.Done():
		}
	}()
	for !session.Closed() && ctx.Err() == nil {
		text, err := reader.ReadLine(session.Prompt())
		switch {
		case errors.Is(err, line.ErrInterrupt):
			session.Abandon()
			continue
		case errors.Is(err, line.ErrLineTooLong):
			fmt.Fprintln(reader.Writer(), worded.Text(err))
			failed = true
			continue
		case err != nil && reader.Interrupts() != nil && session.Leave(): // Ctrl-D
			continue
		case err != nil:
			return failed
		}
		err = runInterruptibly(ctx, session, reader, text)
		select {
		case <-done: // which may have cut the command short
			return failed
		default:
			failed = failed || err != nil
		}
	}
	return failed
}

func runInterruptibly(ctx context.Context, session *console.Session, reader line.Reader, text string) error {
	ctx, cancel := context.WithCancel(ctx)
	finished := make(chan struct{})
	watching := make(chan struct{})
	go func() {
		defer close(watching)
		select {
		case <-reader.Interrupts():
			cancel()
		case <-finished:
		}
	}()
	err := session.Execute(ctx, text)
	close(finished)
	<-watching
	cancel()
	return err
}
