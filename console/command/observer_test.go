package command

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lunarium/console"
	"lunarium/console/access"
	"lunarium/console/secret"
	"lunarium/inspect/crash"
	"lunarium/inspect/snapshot"
	"lunarium/runtime/service"
)

// Whoever may only look has no service run its code; for others that is noted.
func TestLookingRunsNoCodeOfAService(t *testing.T) {
	node, _ := startNode(t, `local skynet = require "skynet"
asked = 0
skynet.start(function() skynet.info_func(function() asked = asked + 1 return "told" end) end)`)
	path := filepath.Join(t.TempDir(), "audit")
	audit, err := access.OpenAudit(path, secret.Default())
	if err != nil {
		t.Fatal(err)
	}
	defer audit.Close()
	var nobody *access.Principal
	var out bytes.Buffer
	open := func(role access.Role) *console.Session {
		s := newSession(node, console.Options{Screen: console.NewScreen(&out), Who: nobody.Limited(role, func(access.Role) string { return "" }), Audit: audit})
		t.Cleanup(s.Close)
		return s
	}
	observer, operator := open(access.Observer), open(access.Operator)
	if got := output(t, observer, &out, "info main"); !strings.Contains(got, "info_func was not asked") {
		t.Error(got)
	}
	for _, line := range []string{"info main 1", "ping main"} {
		if err := observer.Execute(t.Context(), line); err == nil {
			t.Errorf("an observer runs %s", line)
		}
	}
	if got := output(t, observer, &out, "dump main asked"); got != "asked  0" {
		t.Errorf("the service was asked: %s", got)
	}
	if got := output(t, operator, &out, "info main"); !strings.Contains(got, `"told"`) {
		t.Error(got)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(content), `"msg":"change ended","user":"","role":"operator"`) || !strings.Contains(string(content), `"command":"info main"`) {
		t.Errorf("%s", content)
	}
}

// planted is what an observer must not see.
const planted = "hunter2-x9"

// keeping has it wherever a service may keep or say something under a name that looks secret.
const keeping = `local skynet = require "skynet"
local _, password = ...
local token = password
config = { host = "db", password = password, nested = { { ["Api-Key"] = password, credentials = { user = "ann", phrase = password } } } }
url = "postgres://ann:" .. password .. "@db/x"
pair = { "client_secret_for_everything", password }
nested = { "token", { password, { inner = password } } }
odd = { ["my password"] = password, ["größe_password"] = password, ["password\0"] = password, ["api key"] = password }
long = { [string.rep("a", 250) .. "_password"] = password }
bykey = { ["password=" .. password] = true }
secrets = { [password .. "-key"] = { string.rep("x", 200000) }, plain = { [password .. "-key"] = string.rep("y", 100000) } }
headers = { "Authorization: Bearer " .. password, "X-Auth-Token", password }
local handlers = {}
function handlers.login(given) config.password = given.password .. "!" return { token = token } end
function handlers.fail(given) local password, all = given.password, given error("wrong password: " .. password) end
function handlers.wait(given) local all, secret = given, given.password skynet.wait() return secret end
function handlers.token(key) return "token", key end
function handlers.fork(given) skynet.fork(function(...) error("forked") end, "password", given.password) end
function handlers.say() skynet.error("password=" .. token, "token: " .. token) print("secret = " .. token) end
skynet.start(function()
	skynet.dispatch("lua", function(_, _, command, ...) skynet.retpack(handlers[command](...)) end)
	skynet.send(424242, "lua", "login", { password = password })
	skynet.setenv("db_password", password)
end)
`

// No command, with whatever arguments, tells an observer what stands under a name that looks
// secret.
func TestObserversSeeNoSecrets(t *testing.T) {
	crashes, snapshots := &crash.Log{}, &snapshot.Store{}
	node, _ := startNodeWith(t, service.Config{Virtual: true, Recorder: 16, Traced: 1, Crashed: crashes.Note}, `local skynet = require "skynet" skynet.start(function() end)`)
	if err := os.WriteFile(filepath.Join(filepath.Dir(node.Config().Path[0]), "keeper.lua"), []byte(keeping), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	var nobody *access.Principal
	open := func(role access.Role) *console.Session {
		s := newSession(node, console.Options{
			Screen: console.NewScreen(&out), Who: nobody.Limited(role, func(access.Role) string { return "" }), Secrets: secret.Default(), Crashes: crashes, Snapshots: snapshots,
		})
		t.Cleanup(s.Close)
		return s
	}
	operator, observer := open(access.Operator), open(access.Observer)
	for _, line := range []string{
		"launch keeper --password " + planted + " token " + planted + "2", "snapshot keeper before",
		`call 3 "login", {user = "ann", password = "` + planted + `"}`, `call 3 "token", "` + planted + `"`,
		`call 3 "fail", {password = "` + planted + `"}`, `send 3 "fail", {password = "` + planted + `"}`, `send 3 "wait", {password = "` + planted + `"}`,
		`send 3 "say"`, `send 3 "fork", {password = "` + planted + `"}`, `set 3 pair[2] pair[2] .. "."`, `set 3 nested[2][2].inner nested[2][1] .. "."`, "snapshot keeper after", "trace 3 lua on", `call 3 "login", {password = "` + planted + `"}`, "heap mark 3",
		`eval 3 config.password = config.password .. "."`,
	} {
		operator.Execute(t.Context(), line)
	}
	arguments := []string{
		"", "3", "4", "all", "1", "2", "3 all", "3 5", "3 --as-session", "--all 3", "--depth 1 3", "3 config", "3 config.password", "3 config.nested[1]",
		"3 headers", "3 url", "3 pair", "3 pair[2]", "3 nested[2]", "3 nested[2][1]", "3 nested[2][2].inner", "3 odd", "3 long", "3 bykey",
		"3 secrets", "3 secrets all", "3 secrets.plain", "--all 3 pair[2]", "2 all", "3 first", planted[:8], "3 before", "3 before after all", "3 before now", "1 first", "keeper", "db_password", "every 1s for 1s dump 3 config", "dump 3", "diff 3",
	}
	told := func(s *console.Session) (lines []string) {
		for _, json := range []bool{false, true} {
			s.InJSON(json)
			for _, c := range Table().All() {
				for _, args := range arguments {
					if c.Name == "quit" || c.LeastRole() == access.Admin || c.Prompts {
						continue
					}
					out.Reset()
					s.Execute(t.Context(), c.Name+" "+args)
					if strings.Contains(out.String(), planted) {
						lines = append(lines, fmt.Sprintf("json %v, %s %s: %s", json, c.Name, args, out.String()))
					}
				}
			}
		}
		return lines
	}
	for _, limits := range []string{"limits default", "limits text 3"} {
		observer.Execute(t.Context(), limits)
		for _, line := range told(observer) {
			t.Error(limits, line)
		}
	}
	observer.Execute(t.Context(), "limits default")
	for _, line := range []string{
		"dump 3 secrets.", `dump 3 secrets["`, "dump 3 secrets.plain.", "dump 3 bykey[", "dump 3 nested[2][2].", "heap 3 secrets.", "eval 3 secrets.", "set 3 secrets.", "every 1s for 1s dump 3 secrets.",
	} {
		if c := observer.Complete(line, len(line)); len(c.Candidates) > 0 {
			t.Errorf("%s is completed: %q", line, c.Candidates)
		}
	}
	for _, line := range []string{"dump 3 config", "messages 3", "getenv db_password", "crashes 1", "diff 3 before after", "log 3", "dump 3 pair[2]", "heap 3", "list"} {
		if operator.Execute(t.Context(), line); !strings.Contains(out.String(), planted) {
			t.Errorf("an operator does not see it in %s: %s", line, out.String())
		}
		out.Reset()
	}
}
