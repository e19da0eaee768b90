package access

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lunarium/console/secret"

	"github.com/google/go-cmp/cmp"
)

// cheapHash is a hash that takes no time.
func cheapHash(password string) string {
	h := passwordHash{memory: 8, passes: 1, lanes: 1, salt: []byte("somesalt")}
	h.value = h.of(password, hashLength)
	return fmt.Sprintf("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$%s", encode(h.value))
}

// writeUsers writes a users file whose time is another one each time.
func writeUsers(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Unix(int64(len(text)), 0)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

// guarded gives a guard for the users of a file, and the messages of its audit log.
func guarded(t *testing.T, text string) (g *Guard, path string, log func() []map[string]any) {
	t.Helper()
	dir := t.TempDir()
	path = filepath.Join(dir, "users")
	writeUsers(t, path, text)
	audit, err := OpenAudit(filepath.Join(dir, "audit"), secret.Default())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { audit.Close() })
	users, err := ReadUsers(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return ForUsers(users, audit), path, func() []map[string]any { return logged(t, audit.path) }
}

// logged gives the lines of an audit log.
func logged(t *testing.T, path string) (lines []map[string]any) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for text := range strings.Lines(string(content)) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		delete(line, "time")
		delete(line, "seconds")
		lines = append(lines, line)
	}
	return lines
}

func TestWhoIsLetIn(t *testing.T) {
	g, _, log := guarded(t, "ann admin "+cheapHash("a")+"\nann admin "+cheapHash("b")+"\nkim observer "+someKey+"\n")
	for given, right := range map[[2]string]bool{
		{"ann", "a"}: true, {"ann", "b"}: true, {"ann", "c"}: false, {"Ann", "a"}: false, {"", ""}: false, {"kim", ""}: false, {"sesame", "a"}: false,
	} {
		p, err := g.Enter(t.Context(), "telnet", "10.0.0.1:5", given[0], given[1])
		if right && (err != nil || p.Name() != "ann" || p.Role() != Admin) || !right && !errors.Is(err, ErrWrong) {
			t.Errorf("%v: %v, %v", given, p, err)
		}
	}
	for _, line := range log() {
		if line["msg"] != keptOut || line["user"] != "" && line["user"] != "ann" && line["user"] != "kim" {
			t.Errorf("%v", line)
		}
	}
}

func TestGuessing(t *testing.T) {
	g, _, _ := guarded(t, "ann admin "+cheapHash("a"))
	for range mostGuesses {
		if _, err := g.Enter(t.Context(), "page", "10.0.0.1:5", "ann", "x"); !errors.Is(err, ErrWrong) {
			t.Fatal(err)
		}
	}
	if _, err := g.Enter(t.Context(), "page", "10.0.0.1:6", "ann", "a"); !errors.Is(err, ErrGuesses) {
		t.Errorf("the right password after too many wrong ones: %v", err)
	}
	if _, err := g.Enter(t.Context(), "page", "10.0.0.2:6", "ann", "a"); err != nil {
		t.Errorf("another address: %v", err)
	}
}

// Guesses at many connections at once are not more than one after the other, but for those that are
// compared at the same time.
func TestGuessingAtManyConnections(t *testing.T) {
	g, _, _ := guarded(t, "ann admin "+cheapHash("a"))
	var compared atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if _, err := g.Enter(t.Context(), "page", "10.0.0.1:5", "ann", "x"); errors.Is(err, ErrWrong) {
				compared.Add(1)
			}
		})
	}
	all.Wait()
	if n := compared.Load(); n < mostGuesses || n >= mostGuesses+mostChecks {
		t.Errorf("%d passwords were compared", n)
	}
}

func TestNoGuardAndOnePassword(t *testing.T) {
	var none *Guard
	if p, err := none.Enter(t.Context(), "telnet", "", "", ""); err != nil || p.Role() != Admin || none.Locked() || none.Named() {
		t.Errorf("%v, %v", p, err)
	}
	one := OnePassword([]byte("x"), nil)
	if p, err := one.Enter(t.Context(), "telnet", "", "whoever", "x"); err != nil || p.Role() != Admin || p.Name() != "" || !one.Locked() || one.Named() {
		t.Errorf("%v, %v", p, err)
	}
	if _, err := one.Enter(t.Context(), "telnet", "", "", "y"); !errors.Is(err, ErrWrong) {
		t.Error(err)
	}
}

// A principal's rights end when the lines change that gave them, and not before.
func TestTheFileIsFollowed(t *testing.T) {
	ann, bob := "ann operator "+cheapHash("a")+"\n", "bob observer "+cheapHash("b")+"\n"
	g, path, _ := guarded(t, ann+bob)
	told := 0
	g.users.OnChange(func() { told++ })
	a, err := g.Enter(t.Context(), "telnet", "", "ann", "a")
	if err != nil {
		t.Fatal(err)
	}
	b, err := g.Enter(t.Context(), "telnet", "", "bob", "b")
	if err != nil {
		t.Fatal(err)
	}
	writeUsers(t, path, "# more\n"+ann)
	if !a.Valid() || b.Valid() || told != 1 {
		t.Errorf("bob is taken out: ann %v, bob %v, told %d times", a.Valid(), b.Valid(), told)
	}
	if err := b.May(Observer, "list"); !errors.Is(err, ErrInvalid) {
		t.Error(err)
	}
	writeUsers(t, path, "nonsense")
	if !a.Valid() || told != 1 {
		t.Error("a file that can't be read takes rights away")
	}
	if err := os.Remove(path); err != nil || !a.Valid() {
		t.Errorf("a file that is not there takes rights away: %v", err)
	}
	writeUsers(t, path, "ann observer "+cheapHash("a")+"\n")
	if a.Valid() || told != 2 {
		t.Error("who has another role has the old one still")
	}
}

func TestUsersFilesThatAreNotTaken(t *testing.T) {
	dir := t.TempDir()
	open := filepath.Join(dir, "open")
	writeUsers(t, open, "ann admin "+cheapHash("a"))
	if err := os.Chmod(open, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadUsers(open, slog.New(slog.DiscardHandler)); !errors.Is(err, errWritable) {
		t.Errorf("others may write it: %v", err)
	}
	for _, path := range []string{dir, filepath.Join(dir, "none")} {
		if _, err := ReadUsers(path, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%s is taken", path)
		}
	}
}

func TestMay(t *testing.T) {
	var shell *Principal
	if err := shell.May(Admin, "shutdown"); err != nil {
		t.Error(err)
	}
	looks := shell.Limited(Observer, func(needs Role) string { return "say " + needs.String() })
	err := looks.May(Operator, "kill")
	if diff := cmp.Diff(`an observer may not run kill: it acts on what runs; say operator`, fmt.Sprint(err)); diff != "" {
		t.Error(diff)
	}
	if looks.May(Observer, "list") != nil || looks.Limited(Admin, nil).Role() != Observer {
		t.Error("an observer's role is not an observer's")
	}
}
