package debug_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect/debug"
	"lunarium/inspect/inspecttest"
	"lunarium/runtime/service"
)

const groupedSource = `local skynet = require "skynet"
local commands = {}
function commands.later()
	return require("later").value()
end
function commands.sleep()
	skynet.sleep(1)
	return "slept"
end
skynet.start(function()
	skynet.dispatch("lua", function(_, _, command)
		skynet.retpack(commands[command]())
	end)
end)
`

const laterSource = `local later = {}
function later.value()
	return "value"
end
return later
`

// grouped is a group of the services of a bench.
type grouped struct {
	*inspecttest.Bench
	t *testing.T
	*debug.Group
}

func startGroup(t *testing.T, most int) *grouped {
	t.Helper()
	b := inspecttest.New(t, map[string]string{"main.lua": groupedSource, "later.lua": laterSource})
	g := debug.NewGroup(b.Node, debug.GroupOptions{Who: "a test", Selects: func(*service.Service) bool { return true }, Most: most})
	t.Cleanup(func() { g.Close(t.Context()) })
	return &grouped{b, t, g}
}

func (g *grouped) at(file string, line int) debug.Wanted {
	return debug.Wanted{ID: line, File: debug.FilePath(filepath.Join(g.Dir, file)), Line: line}
}

func (g *grouped) launch() *service.Service {
	g.t.Helper()
	s, err := g.Node.Launch(g.t.Context(), service.Spec{Name: "main"})
	if err == nil {
		err = s.Do(g.t.Context(), func(service.Self) {}) // its start has ended
	}
	if err != nil {
		g.t.Fatal(err)
	}
	return s
}

// debugged gives the addresses of the services that are debugged.
func (g *grouped) debugged() string {
	var list []string
	for _, s := range g.Services() {
		list = append(list, s.Address().String())
	}
	return strings.Join(list, " ")
}

// told gives the kinds of the events that have come.
func (g *grouped) told() string {
	var list []string
	for _, e := range g.News() {
		list = append(list, string(e.Kind))
	}
	return strings.Join(list, " ")
}

func TestAGroupDebugsWhoRunsTheCode(t *testing.T) {
	g := startGroup(t, 2)
	if found := g.Want(t.Context(), []debug.Wanted{g.at("later.lua", 3)}); len(found.Placed) != 0 || g.debugged() != "" {
		t.Errorf("%+v, %s", found, g.debugged())
	}
	g.Is(`"later"`, "value") // which loads the file
	<-g.Changed()
	if got := g.told(); got != "placed" || g.debugged() != ":00000002" {
		t.Errorf("%s, %s", got, g.debugged())
	}
	g.launch() // it does not load it
	if got := g.debugged(); got != ":00000002" {
		t.Error(got)
	}
	found := g.Want(t.Context(), []debug.Wanted{g.at("main.lua", 1), g.at("main.lua", 9)})
	if diff := cmp.Diff(map[int]debug.Placement{1: {ID: 1, Line: 1}, 9: {ID: 9, Line: 9}}, found.Placed); diff != "" {
		t.Error(diff)
	}
	if got := g.debugged(); got != ":00000002 :00000003" {
		t.Error(got)
	}
	third := g.launch() // there are as many as may
	if found := g.Want(t.Context(), []debug.Wanted{g.at("main.lua", 9)}); found.Left != 1 {
		t.Errorf("%+v", found)
	}
	g.Node.Kill(third.Address())
	g.Want(t.Context(), nil)
	if got := g.debugged(); got != "" {
		t.Error(got)
	}
}

func TestAGroupHearsOfEnds(t *testing.T) {
	g := startGroup(t, 2)
	g.Want(t.Context(), []debug.Wanted{g.at("main.lua", 4)})
	call := make(chan string, 1)
	go func() { call <- g.Call(`"later"`) }()
	<-g.Changed()
	if got := g.told(); got != "stopped" {
		t.Error(got)
	}
	g.Node.Kill(g.Service.Address())
	<-g.Changed()
	if got := g.told(); got != "service ended" || g.debugged() != "" {
		t.Errorf("%s, %s", got, g.debugged())
	}
	<-call
}

// A service that does not answer is named, and has the breakpoints when it does.
func TestAGroupDoesNotWaitForOneThatIsStuck(t *testing.T) {
	g := startGroup(t, 2)
	in, free := make(chan struct{}), make(chan struct{})
	go g.Service.Do(t.Context(), func(service.Self) { close(in); <-free })
	<-in
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	found := g.Want(ctx, []debug.Wanted{g.at("main.lua", 4)})
	if len(found.Silent) != 1 || found.Silent[0] != g.Service {
		t.Errorf("%+v", found)
	}
	close(free)
	if err := g.Service.Do(t.Context(), func(service.Self) {}); err != nil || g.debugged() != ":00000002" {
		t.Errorf("%v, %s", err, g.debugged())
	}
}
