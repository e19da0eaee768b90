package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lunarium/console/usage"
	"lunarium/runtime/endpoint"

	"github.com/google/go-cmp/cmp"
)

// usersFile makes a users file with lunarium passwd: each user's password is its name.
func usersFile(t *testing.T, users ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "users")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, user := range users {
		name, role, _ := strings.Cut(user, " ")
		in := filepath.Join(t.TempDir(), "in")
		if err := os.WriteFile(in, []byte(name+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		typed, err := os.Open(in)
		if err != nil {
			t.Fatal(err)
		}
		defer typed.Close()
		var errs strings.Builder
		if status := Run([]string{"passwd", name, role}, usage.Streams{Program: "lunarium", In: typed, Out: file, Err: &errs}); status != 0 {
			t.Fatal(errs.String())
		}
	}
	return path
}

// nodeWith runs a node with flags; the services of testdata are on its path.
func nodeWith(t *testing.T, flags ...string) *program {
	t.Helper()
	inDir(t)
	f, err := parseFlags(append([]string{"--path", "testdata/services"}, flags...))
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
	t.Cleanup(func() { p.audit.Close() })
	return p
}

// opened gives the address of what listens.
func opened(t *testing.T, p *program, kind string) string {
	t.Helper()
	for _, e := range p.node.Endpoints().List() {
		if e.Kind == kind {
			return e.Local
		}
	}
	t.Fatalf("no %s among %v", kind, p.node.Endpoints().List())
	return endpoint.Endpoint{}.Local
}

// answers gives what a console says to lines.
func answers(t *testing.T, address, lines string) string {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, lines)
	got, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(got), "\r\n", "\n")
}

// Who comes over telnet has the role of the users file, and what they change is noted.
func TestUsersOfTheConsole(t *testing.T) {
	users := usersFile(t, "ann operator", "kim observer")
	log := filepath.Join(t.TempDir(), "audit")
	p := nodeWith(t, "--users", users, "--audit", log)
	if _, err := p.openConsole(0, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	address := opened(t, p, "console listener")
	const greeting = "This console asks for your name and password.\n"
	for lines, want := range map[string]string{
		"kim\nkim\nrole\nlaunch worker 1\nquit\n":    "kim, observer\nan observer may not run launch: it acts on what runs; ask for the role operator\n",
		"ann\nann\nrole\nsetenv api_token x\nquit\n": "ann, operator\napi_token = x\n",
	} {
		if diff := cmp.Diff(greeting+want, answers(t, address, lines)); diff != "" {
			t.Error(diff)
		}
	}
	var noted []string
	content, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	for text := range strings.Lines(string(content)) {
		var line struct{ Msg, User, Kind, Command, Result string }
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		if line.Command != "" {
			noted = append(noted, strings.TrimSpace(strings.Join([]string{line.Msg, line.User, line.Kind, line.Command, line.Result}, "|")))
		}
	}
	for _, want := range []string{
		"refused|kim|nc|launch worker 1|an observer may not run launch: it acts on what runs; ask for the role operator",
		"change begins|ann|nc|setenv api_token •••|", "change ended|ann|nc|setenv api_token •••|ok",
	} {
		if !strings.Contains(strings.Join(noted, "\n"), want) {
			t.Errorf("%s is not in\n%s", want, strings.Join(noted, "\n"))
		}
	}
}

// A command over HTTP is its user's.
func TestUsersOverHTTP(t *testing.T) {
	p := nodeWith(t, "--users", usersFile(t, "ann operator", "kim observer"))
	if _, err := p.openConsole(0, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	url := "http://" + opened(t, p, "console listener") + "/"
	for _, c := range []struct {
		user, password, line string
		status               int
		text                 string
	}{
		{"kim", "kim", "role", 200, "kim, observer\n"},
		{"kim", "kim", "gc", 422, "an observer may not run gc: it acts on what runs; ask for the role operator\n"},
		{"ann", "ann", "setenv a b", 200, "a = b\n"},
		{"ann", "ann", "shutdown", 422, "an operator may not run shutdown: it can end the node; ask for the role admin\n"},
		{"kim", "ann", "role", 401, "this console asks for a user and password, as those of Basic authentication\n"},
	} {
		request, err := http.NewRequest("POST", url, strings.NewReader(c.line))
		if err != nil {
			t.Fatal(err)
		}
		request.SetBasicAuth(c.user, c.password)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != c.status || string(text) != c.text {
			t.Errorf("%s, %s: %d %s", c.user, c.line, response.StatusCode, text)
		}
	}
}

// Who is taken out of the file is out.
func TestUsersThatAreTakenOut(t *testing.T) {
	users := usersFile(t, "ann admin", "kim observer")
	p := nodeWith(t, "--users", users)
	if _, err := p.openConsole(0, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	address := opened(t, p, "console listener")
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	lines := bufio.NewReader(c)
	io.WriteString(c, "kim\nkim\nrole\n")
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(line, "kim, observer") {
			break
		}
	}
	content, err := os.ReadFile(users)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(users, bytes.SplitAfter(content, []byte("\n"))[0], 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1, 0)
	if err := os.Chtimes(users, at, at); err != nil {
		t.Fatal(err)
	}
	answers(t, address, "ann\nann\nquit\n") // whoever comes has the file looked at
	rest, err := io.ReadAll(lines)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(rest); got != "the users file has changed for this user; come in again\n" {
		t.Errorf("kim is told %q", got)
	}
}

func TestTwoWaysToComeIn(t *testing.T) {
	f, err := parseFlags([]string{"--users", "u", "--console-password-file", "p"})
	if err != nil {
		t.Fatal(err)
	}
	if err := (&program{flags: f}).setAccess(); err == nil || err != errTwoWays {
		t.Error(err)
	}
}
