package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lunarium/console/usage"
)

// The commands of a transcript write only what belongs to it.
func TestReplayWritesBesideItsTranscript(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, folder := range []string{"sessions/below", "elsewhere"} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"sessions/out": "../elsewhere", "sessions/link.out": "../elsewhere/victim.out"} {
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		command string
		wrote   string // "": it is refused
	}{
		{"record sessions/a.out", "sessions/a.out"},
		{"record sessions/below/a.out", "sessions/below/a.out"},
		{"record " + dir + "/sessions/b.out", "sessions/b.out"},
		{"record sessions/a.txt", ""},
		{"record elsewhere/a.out", ""},
		{"record a.out", ""},
		{"record sessions/../a.out", ""},
		{"record sessions/out/a.out", ""},
		{"record sessions/link.out", ""},
		{"record sessions/none/a.out", ""},
		{"record /dev/null", ""},
		{"record .out", ""},
		{"setenv logpath sessions\n> launch idle\n> logon idle", "sessions/00000002.log"},
		{"setenv logpath elsewhere\n> launch idle\n> logon idle", ""},
	} {
		os.WriteFile("idle.lua", []byte(`require("skynet").start(function() end)`), 0o600)
		before := tree(t)
		os.WriteFile("sessions/s.txt", []byte("$ lunarium --clock virtual\n> "+c.command+"\n"), 0o600)
		got := transcriptOf(t, "sessions/s.txt")
		os.Remove("sessions/s.txt")
		if refused := strings.Contains(got, "a replay writes only files that end in .out or .log, in folders that are there, from sessions on"); refused != (c.wrote == "") {
			t.Errorf("%s gives %s", c.command, got)
		}
		if c.wrote != "" {
			if err := os.Remove(c.wrote); err != nil {
				t.Error(err)
			}
		}
		if after := tree(t); after != before {
			t.Errorf("%s leaves\n%sand not\n%s", c.command, after, before)
		}
	}
	os.WriteFile("sessions/s.txt", []byte("$ lunarium --clock virtual --data elsewhere\n> list\n"), 0o600)
	var out strings.Builder
	if status := runReplay([]string{"sessions/s.txt"}, usage.Streams{Out: &out, Err: &out}); status != usage.ExitFailed || !strings.Contains(out.String(), "--data elsewhere: a replay keeps data only in folders that are there, from sessions on") {
		t.Errorf("a foreign data directory: %d, %s", status, out.String())
	}
}

// tree lists the files below the current folder.
func tree(t *testing.T) string {
	var b strings.Builder
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			b.WriteString(path + "\n")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
