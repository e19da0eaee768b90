package command

import (
	"bytes"
	"strings"
	"testing"

	"lunarium/console"
	"lunarium/runtime/host"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// What gives back what an ended task held is no task of the operator's.
func TestCleanUpIsNotKilled(t *testing.T) {
	node, _ := startNode(t, `require("skynet").start(function() end)`)
	svc := node.Services()[0]
	begun, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	if err := svc.Do(t.Context(), func(own service.Self) {
		st := own.State()
		host.Tidy(st, "a clean-up", func(t *vm.Thread) int {
			return host.Watch(t, "its end", func(finish func(func(*vm.Thread) int)) func() {
				go func() {
					<-goOn
					finish(func(*vm.Thread) int {
						close(ended)
						return 0
					})
				}()
				close(begun)
				return nil
			})
		})
	}); err != nil {
		t.Fatal(err)
	}
	<-begun
	var out bytes.Buffer
	s := newSession(node, console.Options{Screen: console.NewScreen(&out)})
	defer s.Close()
	const refusal = "task 2 can't be killed: it gives back what an ended task held (a clean-up), and ends when that is done"
	if err := s.Execute(t.Context(), "killtask main 2"); err == nil || strings.TrimSpace(out.String()) != refusal {
		t.Fatalf("killtask: %s", out.String())
	}
	if got := output(t, s, &out, "tasks main"); !strings.Contains(got, `task 2  "a clean-up" from its library, waits for its end `) {
		t.Errorf("tasks: %s", got)
	}
	if got := output(t, s, &out, `eval main require("skynet").killthread("thread")`); got != "nil" {
		t.Fatalf("killthread: %s", got)
	}
	close(goOn)
	<-ended
	if got := output(t, s, &out, "tasks main"); strings.Contains(got, "clean-up") {
		t.Errorf("afterwards: %s", got)
	}
}
