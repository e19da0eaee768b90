package access

import (
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"lunarium/console/secret"

	"github.com/google/go-cmp/cmp"
)

func encode(b []byte) string { return base64.RawStdEncoding.EncodeToString(b) }

func TestAudit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit")
	audit, err := OpenAudit(path, secret.Default())
	if err != nil {
		t.Fatal(err)
	}
	defer audit.Close()
	by := Author{Who: &Principal{name: "ann", role: Operator}, Session: 3, Kind: "telnet", From: "10.0.0.1:5"}
	for line, result := range map[string]error{"setenv token x": errors.New("no")} {
		change, err := audit.begin(by, line)
		if err != nil {
			t.Fatal(err)
		}
		if err := change.end(result); err != nil {
			t.Fatal(err)
		}
	}
	line := func(msg string, more map[string]any) map[string]any {
		all := map[string]any{"msg": msg, "user": "ann", "role": "operator", "session": 3.0, "kind": "telnet", "from": "10.0.0.1:5"}
		for key, value := range more {
			all[key] = value
		}
		return all
	}
	want := []map[string]any{
		line(changeBegins, map[string]any{"change": 1.0, "command": "setenv token •••"}),
		line(changeEnded, map[string]any{"change": 1.0, "command": "setenv token •••", "result": "no"}),
	}
	if diff := cmp.Diff(want, logged(t, path)); diff != "" {
		t.Error(diff)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// What can't be noted is not begun; what was rotated away is made anew.
func TestAuditThatCanNotBeWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit")
	audit, err := OpenAudit(path, secret.Default())
	if err != nil {
		t.Fatal(err)
	}
	defer audit.Close()
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := audit.begin(Author{}, "kill 2"); err == nil {
		t.Error("a change begins that is not noted")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := audit.begin(Author{}, "kill 2"); err != nil {
		t.Error(err)
	}
	if lines := logged(t, path); len(lines) != 1 {
		t.Errorf("%v", lines)
	}
}

// Half a line, as a full disk leaves, spoils no other one.
func TestAuditAfterHalfALine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit")
	audit, err := OpenAudit(path, secret.Default())
	if err != nil {
		t.Fatal(err)
	}
	defer audit.Close()
	if _, err := audit.file.WriteString(`{"time":`); err != nil {
		t.Fatal(err)
	}
	audit.broken = true
	if _, err := audit.begin(Author{}, "kill 2"); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(content[:10]); got != "{\"time\":\n{" {
		t.Errorf("%s", content)
	}
}

// A log that is closed is not opened again by who comes late.
func TestAuditThatIsClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit")
	a, err := OpenAudit(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := a.Permit(Author{}, Operator, "kill", "kill 2", func() error { return nil }); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("a change is made: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the file is made again")
	}
}

func TestNoAudit(t *testing.T) {
	var none *Audit
	change, err := none.begin(Author{}, "kill 2")
	if err != nil {
		t.Fatal(err)
	}
	none.Refused(Author{}, "kill 2", ErrInvalid)
	none.Came(Author{})()
	if err := errors.Join(change.end(nil), none.Close()); err != nil {
		t.Error(err)
	}
}
