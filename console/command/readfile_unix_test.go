//go:build unix

package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"lunarium/console"
	"lunarium/runtime/files"
)

// A command reads files: no device, folder or named pipe, which may have no end or no
// text or let the session wait, and none that would fill the memory.
func TestCommandsReadOnlyFiles(t *testing.T) {
	node, svc := startNode(t, `require "skynet".start(function() end)`)
	dir := t.TempDir()
	huge, pipe, folder := filepath.Join(dir, "huge.lua"), filepath.Join(dir, "pipe.lua"), filepath.Join(dir, "folder")
	own := filepath.Join(dir, "main.lua") // becomes a named pipe
	for _, path := range []string{huge, own} {
		if err := os.WriteFile(path, []byte(`require "skynet".start(function() end)`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(huge, files.MostRead+1); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s := newSession(node, console.Options{Screen: console.NewScreen(&out)})
	defer s.Close()
	at := strings.Fields(output(t, s, &out, "launch "+own))[0]
	if err := os.Remove(own); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, own} {
		if err := unix.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const no, large = "it is no regular file", "it is larger than 32 MB"
	main := svc.Address().String()
	for line, want := range map[string]string{
		"source " + os.DevNull: no, "source " + folder: no, "source " + pipe: no, "source " + huge: large,
		"inject " + main + " " + os.DevNull: no, "inject " + main + " " + pipe: no, "inject " + main + " " + huge: large,
		"launch " + os.DevNull: no, "launch " + pipe: no, "launch " + huge: large,
		"reload " + main + " " + pipe: no, "reload " + main + " --dry-run " + pipe: no,
		"reload " + at: no, "restart " + at: no,
	} {
		out.Reset()
		err := s.Execute(context.Background(), line)
		if err == nil || !strings.Contains(out.String(), want) {
			t.Errorf("%s says %q", line, out.String())
		}
	}
}
