package cli

import (
	"os"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"lunarium/console/usage"
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

func TestMCPWithoutANode(t *testing.T) {
	var out, errs strings.Builder
	in, other, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	other.Close()
	status := Run([]string{"mcp", "127.0.0.1:1"}, usage.Streams{Program: "lunarium", In: in, Out: &out, Err: &errs})
	if status != usage.ExitFailed || !strings.Contains(errs.String(), "127.0.0.1:1: no node serves its page there") || out.String() != "" {
		t.Errorf("%d %s %s", status, out.String(), errs.String())
	}
}
