package console

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A command reads files: no device or folder, which may have no end or no text, and none
// that would fill the memory.
func TestCommandsReadOnlyFiles(t *testing.T) {
	node, _ := startNode(t, `require "skynet".start(function() end)`)
	huge := filepath.Join(t.TempDir(), "huge")
	if err := os.WriteFile(huge, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(huge, mostRead+1); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	s := NewSession(node, Options{Screen: NewScreen(&out)})
	for _, path := range []string{os.DevNull, filepath.Dir(huge), huge} {
		for _, command := range []string{"source ", "inject main "} {
			out.Reset()
			err := s.Execute(context.Background(), command+path)
			if err == nil || !strings.Contains(out.String(), "cannot read "+path+": it is no file of at most 32 MB") {
				t.Errorf("%s%s says %q", command, path, out.String())
			}
		}
	}
}
