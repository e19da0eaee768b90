package dap_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	godap "github.com/google/go-dap"
)

func TestAWrongReplyIsFoundAndPutRight(t *testing.T) {
	c := attached(t, `{}`)
	c.bench.Is(`"quote", {name = "ann", loyal = true}, 100`, "90")
	set := c.breakAt(`{"line": 10, "condition": "discount > 0 and not customer.loyal"}`)
	if len(set) != 1 || !set[0].Verified || set[0].Line != 10 {
		t.Fatalf("%+v", set)
	}
	answer := c.call(`"quote", {name = "bob"}, 100`)
	stopped := event[*godap.StoppedEvent](c).Body
	if stopped.Reason != "breakpoint" || stopped.AllThreadsStopped || !cmp.Equal(stopped.HitBreakpointIds, []int{set[0].Id}) {
		t.Errorf("%+v", stopped)
	}
	frames := c.frames(stopped.ThreadId)
	if len(frames) != 3 || frames[0].Name != "commands.quote" || frames[0].Line != 10 || frames[0].Source.Path != c.file("main.lua") {
		t.Fatalf("%+v", frames)
	}
	locals := c.variables(c.scope(frames[0].Id, "Locals"))
	if diff := cmp.Diff(map[string]string{"customer": `{name = "bob"}`, "price": "100", "total": "90"}, texts(locals)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"name": `"bob"`}, texts(c.variables(locals["customer"].VariablesReference))); diff != "" {
		t.Error(diff)
	}
	upvalues := c.scope(frames[0].Id, "Upvalues")
	if diff := cmp.Diff(map[string]string{"discount": "0.1"}, texts(c.variables(upvalues))); diff != "" {
		t.Error(diff)
	}
	ask[*godap.SetVariableResponse](c, "setVariable", fmt.Sprintf(`{"variablesReference": %d, "name": "discount", "value": "0"}`, upvalues))
	total := ask[*godap.SetVariableResponse](c, "setVariable", fmt.Sprintf(`{"variablesReference": %d, "name": "total", "value": "price - discount"}`, c.scope(frames[0].Id, "Locals")))
	if total.Body.Value != "100" {
		t.Errorf("%+v", total.Body)
	}
	ask[*godap.NextResponse](c, "next", fmt.Sprintf(`{"threadId": %d}`, stopped.ThreadId))
	if stepped := event[*godap.StoppedEvent](c).Body; stepped.Reason != "step" || stepped.ThreadId != stopped.ThreadId {
		t.Errorf("%+v", stepped)
	}
	ask[*godap.ContinueResponse](c, "continue", fmt.Sprintf(`{"threadId": %d}`, stopped.ThreadId))
	if got := <-answer; got != "100" {
		t.Errorf("the caller got %s", got)
	}
	c.bench.Is(`"quote", {name = "bob"}, 50`, "50")
}

// A task that has been waiting since before the client came stops, too; and goes on when
// the client leaves.
func TestAnOldTaskStopsAndGoesOnWithTheClient(t *testing.T) {
	for name, leave := range map[string]func(*client){
		"disconnect": func(c *client) { ask[*godap.DisconnectResponse](c, "disconnect", `{}`) },
		"broken":     func(c *client) { c.conn.Close() },
		"server":     func(c *client) { c.server.Close(t.Context()) },
	} {
		t.Run(name, func(t *testing.T) {
			b, server := serve(t)
			c := connect(t, b, server)
			answer := c.call(`"wait", 5`)
			c.until("main.lua:20")
			c.attach(`{}`)
			c.breakAt(`{"line": 21}`)
			b.Node.Clock().Advance(t.Context(), time.Second)
			stopped := event[*godap.StoppedEvent](c).Body
			if frames := c.frames(stopped.ThreadId); frames[0].Line != 21 {
				t.Errorf("%+v", frames)
			}
			leave(c)
			if got := <-answer; got != "5" {
				t.Errorf("the caller got %s", got)
			}
			b.Is(`"quote", {}, 6`, "6")
		})
	}
}
