package cli

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"

	"lunarium/console/dap"
)

func TestTheFlagForEditors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"--dap", "0"}, {"--dap", "127.0.0.1:0"}, {"--dap", ":0", "--console-password-file", file}} {
		f, err := parseFlags(args)
		if err != nil {
			t.Fatal(err)
		}
		p, err := newProgram(f, &output{io.Discard, io.Discard}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.setAccess(); err != nil {
			t.Fatal(err)
		}
		if err := p.openDAP(f.dap); err != nil {
			t.Fatal(err)
		}
		conn, err := net.Dial("tcp", p.dap.Address())
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
		p.close()
	}
	p, err := newProgram(&nodeFlags{clock: "virtual"}, &output{io.Discard, io.Discard}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	if err := p.openDAP(":0"); !errors.Is(err, dap.ErrOpen) {
		t.Errorf("a debugger for everybody without a password: %v", err)
	}
}
