package dap_test

import (
	"fmt"
	"sync"
	"testing"

	godap "github.com/google/go-dap"
)

// Clients come and go in every way while the service works: all its callers are answered,
// and nothing stands in the end.
func TestClientsComeAndGo(t *testing.T) {
	const clients, visits, calls = 4, 8, 60
	b, server := serve(t)
	var visitors sync.WaitGroup
	for n := range clients {
		visitors.Go(func() {
			for visit := range visits {
				c := connect(t, b, server)
				c.send("initialize", `{"linesStartAt1": true}`)
				c.send("attach", `{}`)
				c.send("setBreakpoints", fmt.Sprintf(`{"source": {"path": %q}, "breakpoints": [{"line": %d}]}`, c.file("main.lua"), 6+n))
				c.send("threads", `{}`)
				if (n+visit)%3 > 0 {
					for seen := 0; seen < 4; { // what was asked is answered; it may stop meanwhile
						if _, ok := c.read().(godap.ResponseMessage); ok {
							seen++
						}
					}
				}
				if (n+visit)%2 > 0 {
					c.send("disconnect", `{}`)
				}
				c.conn.Close()
			}
		})
	}
	c := connect(t, b, server)
	var callers sync.WaitGroup
	for n := range calls {
		answer := c.call(fmt.Sprintf(`"quote", {}, %d`, n))
		callers.Go(func() {
			if got := <-answer; got != fmt.Sprint(n) {
				t.Errorf("call %d gave %s", n, got)
			}
		})
	}
	visitors.Wait()
	callers.Wait()
	tasks, err := b.Service.Tasks(t.Context())
	if err != nil || len(tasks) > 0 {
		t.Errorf("%v, %+v", err, tasks)
	}
}
