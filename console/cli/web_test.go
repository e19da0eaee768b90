package cli

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"lunarium/console/web"
)

// pageOf gives the node of a command line with its page opened.
func pageOf(t *testing.T, args ...string) (*program, error) {
	t.Helper()
	f, err := parseFlags(args)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newProgram(f, &output{io.Discard, io.Discard}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	if err := p.setAccess(); err != nil {
		t.Fatal(err)
	}
	return p, p.openWeb(f.web)
}

func status(t *testing.T, p *program, path string) int {
	t.Helper()
	response, err := http.Get("http://" + p.web.Address() + path)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

func TestThePagesFlags(t *testing.T) {
	if _, err := pageOf(t, "--web", ":0"); !errors.Is(err, web.ErrOpen) {
		t.Errorf("a page for everybody without a password: %v", err)
	}
	p, err := pageOf(t, "--web", "0")
	if err != nil {
		t.Fatal(err)
	}
	if got := status(t, p, "/metrics"); got != http.StatusOK {
		t.Errorf("metrics without a password: %d", got)
	}
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if p, err = pageOf(t, "--web", "127.0.0.1:0", "--console-password-file", file); err != nil {
		t.Fatal(err)
	}
	if got := status(t, p, "/metrics"); got != http.StatusUnauthorized {
		t.Errorf("metrics with a password: %d", got)
	}
}

// Whether the node works is told without the password, and nothing else.
func TestHealthNeedsNoPassword(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := pageOf(t, "--web", "0", "--console-password-file", file)
	if err != nil {
		t.Fatal(err)
	}
	if got := status(t, p, "/health"); got != http.StatusOK {
		t.Errorf("health: %d", got)
	}
	p.node.Stop(0)
	<-p.node.Done()
	if got := status(t, p, "/health"); got != http.StatusServiceUnavailable {
		t.Errorf("health of a node that has stopped: %d", got)
	}
}
