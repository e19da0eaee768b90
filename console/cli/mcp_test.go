package cli

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"lunarium/console/usage"
	"lunarium/runtime/netguard/netguardtest"
)

// An assistant that starts lunarium mcp has the tools of the node.
func TestMCP(t *testing.T) {
	p := nodeWith(t, "--users", usersFile(t, "kim observer"), "--web", "127.0.0.1:0")
	if err := p.openWeb(p.flags.web); err != nil {
		t.Fatal(err)
	}
	password := t.TempDir() + "/password"
	if err := os.WriteFile(password, []byte("kim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	in, toBridge, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fromBridge, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan int, 1)
	var errs strings.Builder
	go func() {
		defer out.Close()
		ended <- Run([]string{"mcp", "--user", "kim", "--password-file", password, p.web.Address()}, usage.Streams{Program: "lunarium", In: in, Out: out, Err: &errs})
	}()
	c, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), &sdk.IOTransport{Reader: fromBridge, Writer: toBridge}, nil)
	if err != nil {
		t.Fatal(err)
	}
	result, err := c.CallTool(t.Context(), &sdk.CallToolParams{Name: "sessions", Arguments: map[string]any{"json": true}})
	if err != nil {
		t.Fatal(err)
	}
	if text := result.Content[0].(*sdk.TextContent).Text; !strings.Contains(text, `"kind":"mcp"`) || !strings.Contains(text, `"user":"kim","role":"observer"`) {
		t.Error(text)
	}
	c.Close()
	toBridge.Close()
	if status := <-ended; status != 0 {
		t.Errorf("it ends with %d: %s", status, errs.String())
	}
}

// Requests of a file are all answered before the end of it ends the program.
func TestMCPOfAFile(t *testing.T) {
	p := nodeWith(t, "--web", "127.0.0.1:0")
	if err := p.openWeb(p.flags.web); err != nil {
		t.Fatal(err)
	}
	requests := filepath.Join(t.TempDir(), "requests")
	content := `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
`
	const calls = 20
	for id := range calls {
		content += fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"list","arguments":{}}}`+"\n", id+1)
	}
	content += fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"kill","arguments":{"arguments":"2"}}}`+"\n", calls+1)
	if err := os.WriteFile(requests, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(requests)
	if err != nil {
		t.Fatal(err)
	}
	var out, errs strings.Builder
	if status := Run([]string{"mcp", p.web.Address()}, usage.Streams{Program: "lunarium", In: in, Out: &out, Err: &errs}); status != 0 {
		t.Errorf("it ends with %d: %s", status, errs.String())
	}
	for id := range calls + 2 {
		if !strings.Contains(out.String(), fmt.Sprintf(`"id":%d,`, id)) {
			t.Errorf("request %d is not answered:\n%s", id, out.String())
		}
	}
	if !strings.Contains(out.String(), "an observer may not run kill") {
		t.Error(out.String())
	}
}

// What is no message is answered as such, and what comes after it is, too.
func TestMCPOfGarbage(t *testing.T) {
	p := nodeWith(t, "--web", "127.0.0.1:0")
	if err := p.openWeb(p.flags.web); err != nil {
		t.Fatal(err)
	}
	in, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	go func() {
		defer writer.Close()
		io.WriteString(writer, "garbage\n\r\n \n{}\n[]\n[{\"jsonrpc\":\"2.0\",\"method\":\"x\"}]\n7\n{\"jsonrpc\":\"1.0\"}\n")
		io.WriteString(writer, `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`+"\r\n")
		io.WriteString(writer, `{"jsonrpc":"2.0","method":"notifications/initialized"}`+"\n"+strings.Repeat("x", 17<<20)+"\n")
		io.WriteString(writer, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list","arguments":{}}}`) // without an end of line
	}()
	var out, errs strings.Builder
	status := Run([]string{"mcp", p.web.Address()}, usage.Streams{Program: "lunarium", In: in, Out: &out, Err: &errs})
	if status != usage.ExitOK || errs.Len() > 0 {
		t.Errorf("%d %s", status, errs.String())
	}
	count := func(text string) int { return strings.Count(out.String(), text) }
	got := []int{count(`"code":-32700`), count(`"code":-32600`), count(`"id":0,`), count(`"id":1,`), count("more than 16 MB")}
	if diff := cmp.Diff([]int{1, 6, 1, 1, 1}, got); diff != "" {
		t.Error(diff, out.String())
	}
}

// Each reason for which a node can't be reached is told as what it is.
func TestMCPWithoutANode(t *testing.T) {
	cert, key := netguardtest.Certificate(t, t.TempDir())
	open, secure, locked := nodeWith(t, "--web", "127.0.0.1:0"), nodeWith(t, "--console-cert", cert, "--console-key", key, "--web", "127.0.0.1:0"), nodeWith(t, "--users", usersFile(t, "kim observer"), "--web", "127.0.0.1:0")
	for _, p := range []*program{open, secure, locked} {
		if err := p.openWeb(p.flags.web); err != nil {
			t.Fatal(err)
		}
	}
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	for _, c := range []struct {
		name, want string
		args       []string
	}{
		{"nobody", "no node serves its page there", []string{"127.0.0.1:1"}},
		{"another server", "what answers there is not the page of a node", []string{other.Listener.Addr().String()}},
		{"no user", "the node lets nobody in with this; --user NAME and --password-file FILE", []string{locked.web.Address()}},
		{"TLS", "the page there speaks TLS; --tls does so", []string{secure.web.Address()}},
		{"no TLS", "the page there does not speak TLS; leave --tls out", []string{"--tls", open.web.Address()}},
		{"an unknown certificate", "unknown authority", []string{"--tls", secure.web.Address()}},
	} {
		in, writer, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		writer.Close()
		var out, errs strings.Builder
		status := Run(append([]string{"mcp"}, c.args...), usage.Streams{Program: "lunarium", In: in, Out: &out, Err: &errs})
		in.Close()
		if status != usage.ExitFailed || !strings.Contains(errs.String(), c.args[len(c.args)-1]+": ") || !strings.Contains(errs.String(), c.want) || out.String() != "" {
			t.Errorf("%s: %d %s %s", c.name, status, out.String(), errs.String())
		}
	}
}
