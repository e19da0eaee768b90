package cli

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"lunarium/console/access"
	"lunarium/console/line"
	"lunarium/console/usage"
	"lunarium/runtime/worded"
)

// This file makes a line of a users file.

var errPasswords = errors.New("the two passwords differ; nothing was made")

// runPasswd is "lunarium passwd NAME ROLE". The line goes to the standard output, which may be
// the end of a file, and the questions elsewhere.
func runPasswd(args []string, std usage.Streams) int {
	set := flag.NewFlagSet("passwd", flag.ContinueOnError)
	if status, ok := readFlags(set, args, std, 2, 2); !ok {
		return status
	}
	name, role := set.Arg(0), set.Arg(1)
	made, err := passwordLine(name, role, std)
	if err != nil {
		fmt.Fprintf(std.Err, "lunarium: %s\n", worded.Text(err))
		return usage.ExitFailed
	}
	fmt.Fprintln(std.Out, made)
	return usage.ExitOK
}

func passwordLine(name, role string, std usage.Streams) (string, error) {
	if err := access.CheckUser(name, role); err != nil {
		return "", err
	}
	password, err := newPassword(name, std)
	if err != nil {
		return "", err
	}
	hash, err := access.HashPassword(password)
	if err != nil {
		return "", err
	}
	return name + " " + role + " " + hash, nil
}

// newPassword asks twice on a terminal; else it reads a line.
func newPassword(name string, std usage.Streams) (string, error) {
	questions, ok := std.Err.(*os.File)
	if !ok || !line.IsTerminal(std.In) {
		text, err := bufio.NewReader(std.In).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("reading the password: %w", err)
		}
		return strings.TrimRight(text, "\r\n"), nil
	}
	reader, err := line.OpenLocal(std.In, questions, nil, "")
	if err != nil {
		return "", err
	}
	defer reader.Close()
	first, err := reader.ReadPassword("Password of " + name + ": ")
	if err != nil {
		return "", err
	}
	second, err := reader.ReadPassword("Once more: ")
	switch {
	case err != nil:
		return "", err
	case first != second:
		return "", errPasswords
	}
	return first, nil
}
