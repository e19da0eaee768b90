package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/console/command"
	"lunarium/console/replay"
	"lunarium/console/usage"
)

// root is the repository's, which the sessions' paths are relative to.
const root = "../.."

// TestSessions replays every recorded session and every session in the
// documents.
func TestSessions(t *testing.T) {
	t.Chdir(root)
	paths, err := filepath.Glob("testdata/sessions/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"docs/*.md", "docs/*/*.md"} {
		documents, err := filepath.Glob(folder)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, documents...)
	}
	if _, err := os.Stat("README.md"); err == nil {
		paths = append(paths, "README.md")
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			var out strings.Builder
			ok, err := new(tally).replay(t.Context(), path, false, usage.Streams{Out: &out, Err: &out})
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				t.Error(out.String())
			}
		})
	}
}

// TestSessionsRepeat runs each session once more, in the same process, and demands the
// recorded bytes again.
func TestSessionsRepeat(t *testing.T) {
	if testing.Short() {
		t.Skip("TestSessions replays them once")
	}
	t.Chdir(root)
	paths, err := filepath.Glob("testdata/sessions/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		recorded, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(recorded), transcriptOf(t, path)); diff != "" {
			t.Errorf("%s: another run than that of TestSessions differs\n%s", path, diff)
		}
	}
}

// transcriptOf replays a file on a fresh node and gives the updated text.
func transcriptOf(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	transcripts, err := parseTranscripts(path, content)
	if err != nil {
		t.Fatal(err)
	}
	read, err := transcripts[0].Readings()
	if err != nil {
		t.Fatal(err)
	}
	_, got, err := replay.Run(t.Context(), transcripts[0], startReplay(replay.NewGiven(read)))
	if err != nil {
		t.Fatal(err)
	}
	return got.Format()
}

// TestEveryCommandIsShown demands that each command appears in a session.
func TestEveryCommandIsShown(t *testing.T) {
	t.Chdir(root)
	paths, err := filepath.Glob("testdata/sessions/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	table := command.Table()
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(content), "\n") {
			words := strings.Fields(strings.TrimPrefix(line, "> "))
			if !strings.HasPrefix(line, "> ") || len(words) == 0 {
				continue
			}
			if c, err := table.Find(words[0]); err == nil {
				used[c.Name] = true
			}
		}
	}
	for _, c := range table.All() {
		if !used[c.Name] {
			t.Errorf("no session uses the command %s", c.Name)
		}
	}
}

// A replay says in the end what it found.
func TestReplaySaysWhatItDid(t *testing.T) {
	t.Chdir(t.TempDir())
	const head = "$ lunarium --clock virtual\n"
	os.WriteFile("right.txt", []byte(head+"> service\n(none)\n"), 0o600)
	os.WriteFile("wrong.txt", []byte(head+"> service\nsome\n"), 0o600)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"right.txt"}, "1 transcript: all replies as recorded\n"},
		{[]string{"right.txt", "wrong.txt"}, "2 transcripts: 1 with other replies than recorded\n"},
		{[]string{"-update", "right.txt", "wrong.txt"}, "2 transcripts: 1 with other replies, which are recorded now\n"},
		{[]string{"right.txt", "wrong.txt"}, "2 transcripts: all replies as recorded\n"},
	} {
		var out strings.Builder
		runReplay(c.args, usage.Streams{Out: &out, Err: &out})
		if !strings.HasSuffix(out.String(), c.want) {
			t.Errorf("replay %v says %q", c.args, out.String())
		}
	}
}

// What a service took, written as a session, is a test that the service passes, until it
// answers otherwise.
func TestMessagesBecomeASession(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	const counter = `local skynet = require "skynet"
local n = 0
skynet.start(function()
	skynet.dispatch("lua", function(_, _, by)
		skynet.sleep(by * 100)
		n = n + by
		skynet.retpack(n)
	end)
end)
`
	write("counter.lua", counter)
	write("first.txt", `$ lunarium --clock virtual --path .
> launch counter
+ 1m
> call 2 0
+ 30s
> call 2 2
+ 5s
> messages 2 --as-session incident.out
`)
	made := transcriptOf(t, "first.txt")
	if _, err := os.Stat("incident.out"); err != nil {
		t.Fatal(made)
	}
	replayed := func() (bool, string) {
		t.Helper()
		var out strings.Builder
		ok, err := new(tally).replay(t.Context(), "incident.out", false, usage.Streams{Out: &out, Err: &out})
		if err != nil {
			t.Fatal(err)
		}
		return ok, out.String()
	}
	if ok, out := replayed(); !ok {
		t.Error(out)
	}
	write("counter.lua", strings.Replace(counter, "n + by", "n - by", 1))
	if ok, out := replayed(); ok || !strings.Contains(out, "- 2\n+ -2") {
		t.Errorf("of another answer: %s", out)
	}
}
