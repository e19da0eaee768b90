package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"lunarium/console"
	"lunarium/console/access"
	"lunarium/console/secret"
	"lunarium/console/web"
)

// as sends requests in a user's name, whose password is the name.
type as string

func (user as) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.SetBasicAuth(string(user), string(user))
	return http.DefaultTransport.RoundTrip(r)
}

// forUsers serves a node to users, each with the name as the password, and gives the sessions and
// the audit log.
func forUsers(t *testing.T, roles map[string]string) (n *node, sessions *console.Sessions, log string) {
	t.Helper()
	n = newNode(t, "", map[string]string{"echo": echo})
	n.shut()
	n.start()
	dir := t.TempDir()
	var lines strings.Builder
	for name, role := range roles {
		hash, err := access.HashPassword(name)
		if err != nil {
			t.Fatal(err)
		}
		lines.WriteString(name + " " + role + " " + hash + "\n")
	}
	path := filepath.Join(dir, "users")
	if err := os.WriteFile(path, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	users, err := access.ReadUsers(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	log = filepath.Join(dir, "audit")
	audit, err := access.OpenAudit(log, secret.Default())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { audit.Close() })
	sessions = &console.Sessions{}
	n.serveWith(web.Config{Address: "127.0.0.1:0", Guard: access.ForUsers(users, audit), Audit: audit, Sessions: sessions, Secrets: secret.Default()})
	return n, sessions, log
}

// assistant connects a client to the node's tools.
func assistant(t *testing.T, n *node, user, query string) *sdk.ClientSession {
	t.Helper()
	c, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), &sdk.StreamableClientTransport{
		Endpoint: n.url + "/mcp" + query, HTTPClient: &http.Client{Transport: as(user)}, DisableStandaloneSSE: true,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// toolNames gives the names of all tools.
func toolNames(t *testing.T, c *sdk.ClientSession) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for tool, err := range c.Tools(context.Background(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		names[tool.Name] = true
	}
	return names
}

// called gives what a tool says, and whether it failed.
func called(t *testing.T, c *sdk.ClientSession, name, arguments string) (text string, failed bool) {
	t.Helper()
	result, err := c.CallTool(context.Background(), &sdk.CallToolParams{Name: name, Arguments: map[string]any{"arguments": arguments}})
	if err != nil {
		t.Fatal(err)
	}
	return result.Content[0].(*sdk.TextContent).Text, result.IsError
}

func TestAssistantsLook(t *testing.T) {
	n, _, _ := forUsers(t, map[string]string{"ann": "operator"})
	s := n.launch("echo")
	c := assistant(t, n, "ann", "")
	names := toolNames(t, c)
	for name, there := range map[string]bool{"list": true, "waits": true, "heap": true, "help": true, "kill": false, "eval": false, "lua": false, "debug": false, "quit": false, "shutdown": false} {
		if names[name] != there {
			t.Errorf("the tool %s: %v", name, names[name])
		}
	}
	if text, failed := called(t, c, "list", ""); failed || !strings.Contains(text, "echo") {
		t.Error(text)
	}
	if text, failed := called(t, c, "info", "nobody"); !failed || !strings.Contains(text, "nobody") {
		t.Error(text)
	}
	// What looks may change with other arguments, which an observer may not.
	if text, failed := called(t, c, "mailbox", s.Address().String()+" drop 1"); !failed || !strings.Contains(text, "an observer may not") {
		t.Error(text)
	}
	// What is no tool for this role is told as that.
	if text, failed := called(t, c, "kill", s.Address().String()); !failed || text != "an observer may not run kill: it acts on what runs; lunarium mcp --allow-changes, or /mcp?allow-changes, lets an assistant do what its user may" {
		t.Error(text)
	}
	if _, err := c.CallTool(context.Background(), &sdk.CallToolParams{Name: "lua"}); err == nil || !strings.Contains(err.Error(), `unknown tool "lua"`) {
		t.Error(err)
	}
	if text, failed := called(t, c, "list", "a\nkill 2"); !failed || !strings.Contains(text, "one line") {
		t.Error(text)
	}
}

// What a session keeps is there at the next call.
func TestAConversationGoesOn(t *testing.T) {
	n, _, _ := forUsers(t, map[string]string{"kim": "observer"})
	address := n.launch("echo").Address().String()
	for _, arguments := range []string{"mark " + address, "diff " + address} {
		if text, failed := called(t, assistant(t, n, "kim", ""), "heap", arguments); failed {
			t.Errorf("heap %s: %s", arguments, text)
		}
	}
}

func TestAssistantsThatMayChange(t *testing.T) {
	n, _, log := forUsers(t, map[string]string{"ann": "operator", "kim": "observer"})
	s := n.launch("echo")
	if names := toolNames(t, assistant(t, n, "kim", "?allow-changes")); names["kill"] || !names["list"] {
		t.Errorf("an observer's tools are %v", names)
	}
	if text, failed := called(t, assistant(t, n, "kim", "?allow-changes"), "kill", s.Address().String()); !failed || text != "an observer may not run kill: it acts on what runs; ask for the role operator" {
		t.Error(text)
	}
	c := assistant(t, n, "ann", "?allow-changes")
	if names := toolNames(t, c); !names["kill"] || names["lua"] || names["shutdown"] {
		t.Errorf("an operator's tools are %v", names)
	}
	if text, failed := called(t, c, "kill", s.Address().String()); failed {
		t.Error(text)
	}
	<-s.Gone()
	content, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(content), `"msg":"change ended","user":"ann","role":"operator"`) || !strings.Contains(string(content), `"kind":"mcp"`) {
		t.Errorf("%s", content)
	}
}

func TestAssistantsShowWhoTheyAre(t *testing.T) {
	n, _, _ := forUsers(t, map[string]string{"ann": "operator"})
	n.status(401, "POST", "/mcp", `{}`)
	n.status(401, "POST", "/mcp", `{}`, "Authorization", "Basic YW5uOng=") // ann:x
	n.status(403, "POST", "/mcp", `{}`, "Origin", "https://evil.example")
}

// The page of a user has their role, and is nobody else's.
func TestPagesOfUsers(t *testing.T) {
	n, _, _ := forUsers(t, map[string]string{"ann": "operator", "kim": "observer"})
	if got := n.do("POST", "/page", services).Header.Get("Sign-In"); got != "user" {
		t.Errorf("the page asks for %q", got)
	}
	header := map[string][]string{}
	for _, user := range []string{"ann", "kim"} {
		response := n.do("POST", "/sign-in", `{"user": "`+user+`", "password": "`+user+`"}`)
		if len(response.Cookies()) != 1 {
			t.Fatalf("%s is not let in: %d", user, response.StatusCode)
		}
		header[user] = []string{"Cookie", response.Cookies()[0].String()}
	}
	n.status(403, "POST", "/sign-in", `{"user": "kim", "password": "ann"}`)
	text := n.status(200, "POST", "/page", services, header["kim"]...)
	if !strings.Contains(text, `"user":"kim","role":"observer"`) {
		t.Error(text)
	}
	p := n.open(services, header["kim"]...)
	n.status(410, "POST", p.path+"/line", `{"line": "list"}`, header["ann"]...)
	p.await("prompt", "")
	n.status(204, "POST", p.path+"/line", `{"line": "gc"}`, header["kim"]...)
	p.await("output", "an observer may not run gc")
}

// A call ends with the request that it came by, and keeps no other one waiting.
func TestCallsEndWithTheirRequests(t *testing.T) {
	n, _, _ := forUsers(t, map[string]string{"kim": "observer"})
	c := assistant(t, n, "kim", "")
	ctx, cancel := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, "POST", n.url+"/mcp", strings.NewReader(
		`{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "watch", "arguments": {"arguments": "every 1s for 1h list"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, text/event-stream")
	over := make(chan error, 1)
	go func() {
		_, err := (&http.Client{Transport: as("kim")}).Do(request)
		over <- err
	}()
	running := func() bool {
		text, _ := called(t, c, "sessions", "")
		return strings.Contains(text, "watch every 1s for 1h list") && strings.Contains(text, "runs")
	}
	for !running() {
		runtime.Gosched()
	}
	cancel()
	<-over
	for running() {
		runtime.Gosched()
	}
}
