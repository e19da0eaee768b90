package dap_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"

	godap "github.com/google/go-dap"

	"lunarium/console/dap"
	"lunarium/inspect/inspecttest"
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

// A client that comes while the server closes is served to its end before that, or not at
// all: the race detector sees one who is counted beside the wait for all.
func TestClientsComeWhileTheServerCloses(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": quotesSource})
	for range 50 {
		server, err := dap.Listen(dap.Config{Node: b.Node, Address: "127.0.0.1:0"})
		if err != nil {
			t.Fatal(err)
		}
		served := make(chan struct{})
		go func() {
			defer close(served)
			server.Serve()
		}()
		conn, err := net.Dial("tcp", server.Address())
		if err != nil {
			t.Fatal(err)
		}
		server.Close(context.Background())
		<-served
		conn.Close()
	}
}
