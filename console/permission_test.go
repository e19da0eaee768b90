package console_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lunarium/console"
	"lunarium/console/access"
	"lunarium/console/command"
	"lunarium/console/secret"
	"lunarium/runtime/service"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestRoles: which role lines take, whatever they would do then.
// unlifted gives a limited role as one that nobody lifts.
func unlifted(access.Role) string { return "" }

func TestRoles(t *testing.T) {
	node := service.NewNode(service.Config{Virtual: true})
	defer node.Shutdown(context.Background())
	for line, least := range map[string]access.Role{
		"list": access.Observer, "info X": access.Observer, "info X 1": access.Operator, "ping X": access.Operator,
		"sessions": access.Observer, "sessions end 3": access.Operator,
		"dead": access.Observer, "dead drop all": access.Operator, "crashes clear": access.Operator,
		"mailbox X": access.Observer, "mailbox X drop 1": access.Operator, "recorder": access.Observer, "recorder 5": access.Operator,
		"trace X": access.Observer, "trace X on": access.Operator, "trace X lua off": access.Operator,
		"messages X": access.Observer, "messages X --as-session": access.Observer, "messages X --as-session f": access.Operator,
		"profile X": access.Observer, "profile X --svg f": access.Operator, "heap mark X": access.Observer,
		"clock": access.Observer, "clock next": access.Operator, "watch list": access.Observer, "watch kill 2": access.Operator,
		"eval 2 1": access.Operator, "call 2": access.Operator, "send 2": access.Operator, "set 2 x 1": access.Operator, "lua": access.Operator,
		"debug 2": access.Operator, "break 2 f": access.Operator, "pause 2": access.Operator, "gc": access.Operator, "reload --dry-run 2": access.Operator,
		"source f": access.Operator, "record f": access.Operator, "setenv a b": access.Operator, "signal 2": access.Operator, "dbgcmd 2 RUN": access.Operator,
		"timeout 2s": access.Observer, "json off": access.Observer, "alias x list": access.Observer, "limits": access.Observer, "shutdown": access.Admin,
	} {
		for role := access.Observer; role < least; role++ {
			var nobody *access.Principal
			var out strings.Builder
			s := console.NewSession(node, console.Options{Screen: console.NewScreen(&out), Who: nobody.Limited(role, unlifted)}, command.Table())
			s.Execute(context.Background(), line)
			s.Close()
			if !strings.Contains(out.String(), "an "+role.String()+" may not ") {
				t.Errorf("%s: with the role %s it says %s", line, role, out.String())
			}
		}
		var out strings.Builder
		var nobody *access.Principal
		s := console.NewSession(node, console.Options{Screen: console.NewScreen(&out), Remote: true, Who: nobody.Limited(least, unlifted)}, command.Table())
		if least < access.Admin && line != "lua" { // which needs a whole node
			s.Execute(context.Background(), line)
		}
		s.Close()
		if moves := line == "watch list"; strings.Contains(out.String(), "the role operator") != moves { // that moves the clock
			t.Errorf("%s: with the role %s it says %s", line, least, out.String())
		}
	}
}

// An alias is no way round.
func TestAliasesTakeTheRoleOfWhatTheyStandFor(t *testing.T) {
	node := service.NewNode(service.Config{Virtual: true})
	defer node.Shutdown(context.Background())
	var nobody *access.Principal
	var out strings.Builder
	s := console.NewSession(node, console.Options{Screen: console.NewScreen(&out), Who: nobody.Limited(access.Observer, unlifted)}, command.Table())
	defer s.Close()
	for _, line := range []string{"alias list2 shutdown", "list2", "alias", "role operator", "role"} {
		s.Execute(context.Background(), line)
	}
	want := `list2 = shutdown
an observer may not run shutdown: it can end the node; ask for the role admin
list2 = shutdown
your role is observer, and this is above it
observer
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// What can't be noted is not done.
func TestChangesThatCanNotBeNotedAreNotMade(t *testing.T) {
	node := service.NewNode(service.Config{Virtual: true})
	defer node.Shutdown(context.Background())
	path := filepath.Join(t.TempDir(), "audit")
	audit, err := access.OpenAudit(path, secret.Default())
	if err != nil {
		t.Fatal(err)
	}
	defer audit.Close()
	var out strings.Builder
	s := console.NewSession(node, console.Options{Screen: console.NewScreen(&out), Audit: audit, Secrets: secret.Default()}, command.Table())
	defer s.Close()
	s.Execute(context.Background(), "setenv a 1")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	s.Execute(context.Background(), "setenv b 2")
	s.Execute(context.Background(), "getenv a")
	if _, set := node.Getenv("b"); set {
		t.Error("the change was made")
	}
	want := "a = 1\nthis was not run, as it can't be noted: the audit log " + path + " is no regular file\n1\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// Who has a role below does not end the session of who is above.
func TestSessionsOfOthersAreEndedFromAbove(t *testing.T) {
	node := service.NewNode(service.Config{Virtual: true})
	defer node.Shutdown(context.Background())
	var all console.Sessions
	var nobody *access.Principal
	ended := 0
	var out strings.Builder
	open := func(role access.Role) *console.Session {
		s := console.NewSession(node, console.Options{Screen: console.NewScreen(&out), Sessions: &all, Kind: "telnet",
			Who: nobody.Limited(role, unlifted), End: func(string) { ended++ }}, command.Table())
		t.Cleanup(s.Close)
		return s
	}
	operator, admin := open(access.Operator), open(access.Admin)
	operator.Execute(context.Background(), "sessions end 2")
	admin.Execute(context.Background(), "sessions end 1")
	want := "session 2 goes on: who is there has a role above yours\nsession 1 was ended\n"
	if diff := cmp.Diff(want, out.String()); diff != "" || ended != 1 {
		t.Error(diff, ended)
	}
}

// Who may only look is offered what looks, and sees no secrets of others.
func TestWhatObserversSee(t *testing.T) {
	node := service.NewNode(service.Config{Virtual: true})
	defer node.Shutdown(context.Background())
	var all console.Sessions
	var nobody *access.Principal
	var out strings.Builder
	open := func(role access.Role) *console.Session {
		s := console.NewSession(node, console.Options{Screen: console.NewScreen(&out), Sessions: &all, Secrets: secret.Default(), Who: nobody.Limited(role, unlifted)}, command.Table())
		t.Cleanup(s.Close)
		return s
	}
	operator, observer := open(access.Operator), open(access.Observer)
	for typed, want := range map[string][]string{"ki": nil, "lis": {"list"}} {
		if diff := cmp.Diff(want, observer.Complete(typed, len(typed)).Candidates, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", typed, diff)
		}
	}
	operator.Execute(t.Context(), "setenv db_pass hunter9")
	out.Reset()
	observer.Execute(t.Context(), "sessions")
	if !strings.Contains(out.String(), "setenv db_pass •••") {
		t.Error(out.String())
	}
}
