package command

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lunarium/console"
)

const completedSource = `local skynet = require "skynet"
local rooms = { lobby = { topic = "tea" } }
skynet.start(function()
	skynet.dispatch("lua", function() skynet.retpack(rooms) end)
end)
`

func TestCompleteLua(t *testing.T) {
	ctx := context.Background()
	node, svc := startNode(t, completedSource)
	s := newSession(node, console.Options{Screen: console.NewScreen(io.Discard)})
	defer s.Close()
	address := svc.Address().String()
	check := func(text string, want []string, wantFrom int) {
		t.Helper()
		if d := cmp.Diff(console.Completion{Candidates: want, From: wantFrom}, s.Complete(text, len(text))); d != "" {
			t.Errorf("%q: %s", text, d)
		}
	}
	eval := "eval " + address + " "
	check(eval+"roo", []string{"rooms."}, len(eval))
	check(eval+"#rooms.lobby.t", []string{"topic"}, len(eval)+13)
	check("eval nowhere roo", nil, 16)
	dump := "dump " + address + " "
	check(dump+"roo", []string{"rooms", "rooms.lobby"}, len(dump))
	check(dump+"rooms.lobby.t", []string{"rooms.lobby.topic"}, len(dump))
	for _, line := range []string{"lua " + address, ""} {
		if err := s.Execute(ctx, line); err != nil {
			t.Fatal(err)
		}
		if line != "" {
			check("x = rooms.l", []string{"lobby."}, 10)
			check("string.rep", []string{"rep("}, 7)
		}
	}
	check("eva", []string{"eval"}, 0)
	if err := s.Execute(ctx, "lua"); err != nil {
		t.Fatal(err)
	}
	check("skynet.retp", []string{"retpack("}, 7)
}

const debuggedSource = completedSource + `
local function serve() end
CMD = { get = function() return serve() end, count = 1, sub = { set = function() end, builtin = print } }
DATA, TEXT = { rows = { 1 } }, "text"
local row = {}; HUGE = {}
for i = 1, 1000 do row[i] = i end
for i = 1, 1000 do HUGE["key" .. i] = row end
`

func TestCompleteAtTheDebuggersPrompt(t *testing.T) {
	ctx := context.Background()
	node, svc := startNode(t, debuggedSource)
	s := newSession(node, console.Options{Screen: console.NewScreen(io.Discard)})
	defer s.Close()
	execute := func(line string) {
		t.Helper()
		if err := s.Execute(ctx, line); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	check := func(text string, want ...string) {
		t.Helper()
		if d := cmp.Diff(want, s.Complete(text, len(text)).Candidates, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%q: %s", text, d)
		}
	}
	execute("debug " + svc.Address().String())
	check("frame ")
	check("task ")
	check("clear ")
	check("hold o", "on", "off")
	check("hold on ")
	check("help w", "watch", "where")
	check("help where w")
	check("break ma", "main.lua:")
	check("break main.lua:4", "main.lua:4")
	check("break CM", "CMD.")
	check("break DA")
	check("break HU", "HUGE.") // which is not looked through for functions
	check("break CMD.", "get", "sub.")
	check("break CMD.sub.", "set")
	check("break CMD.get i", "if")
	check("break er", "error")
	check("break error ", "if", "after", "every", "log", "uncaught")
	check("break main.lua:5 if roo", "rooms.")
	check("watch l", "lua")
	check("watch lua i", "if")
	check("watch lua if roo", "rooms.")
	check("step ")
	check("frame = roo", "rooms.")
	check("frame =roo", "rooms.")
	check("step == roo")
	check("list ")
	for _, place := range s.Complete("break ", len("break ")).Candidates {
		if strings.HasSuffix(place, ".") || strings.HasSuffix(place, ":") {
			continue // more of it is to be typed
		}
		execute("break " + place)
	}
	execute("clear all")
	check("wh", "where")
	check("p roo", "rooms.")
	execute("break main.lua:4")
	execute("watch")
	check("clear ", "3", "4", "all")
	execute("!send " + svc.Address().String() + " 1")
	check("frame ", "0", "1")
	check("f 1", "1")
	check("frame 2")
	check("task ", "3")
	check("!pi", "ping")
}

// declared is a small library for hints.
func declared() []console.LibraryFunction {
	return []console.LibraryFunction{
		{Name: "print", Signature: "print(...)", Help: "writes values"},
		{Name: "skynet.call", Signature: "skynet.call(address, type, ...)", Help: "asks \x1b[31mand waits"},
		{Name: "skynet.retpack", Signature: "skynet.retpack(...)", Help: "answers"},
		{Name: "file:read", Signature: "file:read(...)", Help: "reads"},
		{Name: "file:close", Signature: "file:close()", Help: "closes a file"},
		{Name: "pool:close", Signature: "pool:close()", Help: "closes a pool"},
	}
}

const (
	printHint = "print(...)  writes values"
	callHint  = "skynet.call(address, type, ...)  asks \\027[31mand waits"
	readHint  = "file:read(...)  reads"
)

func TestCompleteShowsSignatures(t *testing.T) {
	ctx := context.Background()
	node, svc := startNode(t, completedSource)
	width := 0
	s := newSession(node, console.Options{Screen: console.NewScreen(io.Discard), Library: declared, Width: func() int { return width }})
	defer s.Close()
	check := func(text, want string) {
		t.Helper()
		if d := cmp.Diff(want, s.Complete(text, len(text)).Hint); d != "" {
			t.Errorf("%q: %s", text, d)
		}
	}
	eval := "eval " + svc.Address().String() + " "
	for code, want := range map[string]string{
		"skynet.call(":                        callHint,
		"skynet.call(rooms, ":                 callHint,
		`skynet.call(f(1), (2), "lu`:          callHint,
		`skynet.call("))", '\')', [[)]], `:    callHint,
		"skynet.call({ 1,":                    callHint,
		"skynet.call(zz":                      callHint, // which nothing completes
		"skynet.call(roo":                     "",
		"skynet.call(rooms.":                  "",
		"skynet.call(1)":                      "",
		"skynet.call":                         callHint,
		"skynet.cal":                          "",
		"skynet . call (":                     callHint,
		"skynet.call ":                        "",
		"skynet.call(print":                   printHint,
		"x = print(":                          printHint,
		"a..print(":                           printHint,
		"x.print(":                            "",
		"function print(":                     "",
		"-- print(":                           "",
		"--[==[ skynet.call( ]==] x = print(": printHint,
		"f:read(":                             readHint,
		`io.open("x"):read("l", `:             readHint,
		"a[1]:read(":                          readHint,
		"f:close(":                            "", // which of them?
		"file:close(":                         "file:close()  closes a file",
		"mystery(":                            "",
		"(":                                   "",
	} {
		check(eval+code, want)
	}
	check("eval nowhere skynet.call(", "")
	check("call main skynet.call(", "")
	check("!skynet.call(", "")
	width = 24
	check(eval+"print(", "print(...)\n  writes values")
	width = 0
	for _, line := range []string{"lua main", "print(1,"} {
		if err := s.Execute(ctx, line); err != nil {
			t.Fatal(err)
		}
		check("skynet.call(", callHint)
	}
	check("2, ", printHint) // goes on with the line before
	s.Abandon()
	check("2, ", "")
	for _, line := range []string{"", "debug main"} {
		if err := s.Execute(ctx, line); err != nil {
			t.Fatal(err)
		}
	}
	check("p skynet.call(rooms, ", callHint)
	check("p print", printHint)
	check("skynet.call(", callHint)
	check("!eval main skynet.call(", callHint)
	check("p rooms", "")
}
