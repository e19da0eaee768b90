package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lunarium/console"
	"lunarium/console/access"
)

// Whoever may only look has no service run its code; for others that is noted.
func TestLookingRunsNoCodeOfAService(t *testing.T) {
	node, _ := startNode(t, `local skynet = require "skynet"
asked = 0
skynet.start(function() skynet.info_func(function() asked = asked + 1 return "told" end) end)`)
	path := filepath.Join(t.TempDir(), "audit")
	audit, err := access.OpenAudit(path)
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
