package console_test

import (
	"context"
	"fmt"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/console"
	"lunarium/console/command"
	"lunarium/inspect/inspecttest"
	"lunarium/runtime/service"
)

// What a session keeps of a service is bounded, and goes with the service.
func TestWhatIsKeptOfServicesGoesWithThem(t *testing.T) {
	t.Parallel()
	n := inspecttest.New(t, map[string]string{"main.lua": `require "skynet".start(function() end)`}).Node
	session := console.NewSession(n, console.Options{Screen: console.NewScreen(io.Discard)}, command.Table())
	o := session.Operator()
	launch := func() *service.Service {
		svc, err := n.Launch(context.Background(), service.Spec{Name: "main"})
		if err != nil {
			t.Fatal(err)
		}
		return svc
	}
	first := launch()
	for i := 0; ; i++ {
		svc := first
		if i > 0 {
			svc = launch()
		}
		if err := o.Keep(svc, fmt.Sprint(i), func() {}); err != nil {
			if i < 8 || i > 1000 {
				t.Errorf("%d were kept: %v", i, err)
			}
			break
		}
	}
	if o.Kept(first) != "0" {
		t.Errorf("%v is kept", o.Kept(first))
	}
	n.Kill(first.Address())
	<-first.Gone()
	other := launch()
	if err := o.Keep(other, "other", func() {}); err != nil || o.Kept(first) != nil || o.Kept(other) != "other" {
		t.Errorf("%v; %v is kept of who is gone", err, o.Kept(first))
	}
	o.Forget(other)
	if o.Kept(other) != nil {
		t.Errorf("%v is kept", o.Kept(other))
	}
	var ended []string
	keep := func(name string) {
		t.Helper()
		if err := o.Keep(other, name, func() { ended = append(ended, name) }); err != nil {
			t.Fatal(err)
		}
	}
	keep("first")
	keep("second")
	o.Forget(other)
	keep("third")
	session.Close()
	if diff := cmp.Diff([]string{"first", "second", "third"}, ended); diff != "" {
		t.Error(diff)
	}
}
