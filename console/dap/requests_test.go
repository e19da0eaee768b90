package dap_test

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	godap "github.com/google/go-dap"

	"lunarium/console/access"
	"lunarium/console/dap"
	"lunarium/console/secret"
	"lunarium/inspect/reload"
	"lunarium/runtime/service"
)

// stop has a call of commands.quote stand at a line.
func (c *client) stop(line int) (thread, frame int, answer <-chan string) {
	c.t.Helper()
	c.breakAt(fmt.Sprintf(`{"line": %d}`, line))
	answer = c.call(`"quote", {name = "bob"}, 100`)
	thread = event[*godap.StoppedEvent](c).Body.ThreadId
	return thread, c.frames(thread)[0].Id, answer
}

func TestWhatIsRefused(t *testing.T) {
	b, server := serve(t)
	c := connect(t, b, server)
	for _, one := range []struct{ command, arguments, want string }{
		{"threads", `{}`, "the first request is initialize"},
		{"dance", `{}`, `"dance" is not supported`},
		{"initialize", `{"linesStartAt1": "yes"}`, "arguments.linesStartAt1 can't be of the JSON type string"},
	} {
		if got := c.refused(one.command, one.arguments); got != one.want {
			t.Errorf("%s: %s", one.command, got)
		}
	}
	ask[*godap.InitializeResponse](c, "initialize", `{}`)
	for _, one := range []struct{ command, arguments, want string }{
		{"initialize", `{}`, "initialize has been asked for already"},
		{"threads", `{}`, "nothing is attached; attach comes before this request"},
		{"launch", `{}`, `a node runs already at this address, and nothing is launched: use "request": "attach"; lunarium --dap ADDR SERVICE starts a node that can be attached to`},
		{"attach", `{"hold": 3}`, "the attach configuration: hold can't be of the JSON type number"},
		{"attach", `[]`, "the attach configuration: the whole of it can't be of the JSON type array"},
		{"attach", `{"localRoot": "/home"}`, "localRoot and remoteRoot go together: a folder as the editor calls it, and as the node does"},
	} {
		if got := c.refused(one.command, one.arguments); got != one.want {
			t.Errorf("%s: %s", one.command, got)
		}
	}
	ask[*godap.AttachResponse](c, "attach", `{}`)
	for _, one := range []struct{ command, arguments, want string }{
		{"attach", `{}`, "attach has been asked for already"},
		{"stackTrace", `{"threadId": 7}`, "there is no thread 7; threads lists those that are there"},
		{"continue", `{"threadId": 7}`, "there is no thread 7; threads lists those that are there"},
		{"pause", `{"threadId": 7}`, "there is no thread 7; threads lists those that are there"},
		{"scopes", `{"frameId": 7}`, "there is no frame 7 any more; its task has gone on"},
		{"variables", `{"variablesReference": 7}`, "7 is no value that is at hand; its task has gone on, or very much was looked at since"},
		{"setVariable", `{"variablesReference": 7}`, "7 is no value that is at hand; its task has gone on, or very much was looked at since"},
		{"source", `{"sourceReference": 7}`, "there is no source 7; the client has files with a path itself"},
		{"setBreakpoints", `{"source": {}}`, "the source has neither a path nor a number"},
		{"setBreakpoints", `{"source": {"sourceReference": 7}}`, "there is no source 7"},
		{"evaluate", `{"expression": " "}`, "there is no expression"},
		{"evaluate", `{"expression": "1"}`, `no task has stopped, so that it is not known in which service; "services" of the attach configuration may name one`},
		{"evaluate", `{"expression": "f()", "context": "hover"}`, "only names and paths are shown when one points at them: other code may change something"},
		{"breakpointLocations", ``, "the request has no arguments"},
	} {
		if got := c.refused(one.command, one.arguments); got != one.want {
			t.Errorf("%s %s: %s", one.command, one.arguments, got)
		}
	}
}

// What is no message gets an answer that says so, and the end of the connection.
func TestWhatIsNoMessage(t *testing.T) {
	for text, want := range map[string]string{
		"GET / HTTP/1.1\r\n\r\n":                          "this is no message of the Debug Adapter Protocol",
		"Content-Length: 999999999\r\n\r\n":               "the message is too long",
		"Content-Length: 9\r\n\r\n{\"seq\": 1":            "the message is no request in JSON",
		"Content-Length: 17\r\n\r\n{\"type\": \"other\"}": `"other" is no type of a message`,
	} {
		b, server := serve(t)
		c := connect(t, b, server)
		io.WriteString(c.conn, text)
		e, ok := c.read().(*godap.ErrorResponse)
		if !ok || !strings.HasPrefix(e.Message, want) {
			t.Errorf("%q gives %+v", text, e)
		}
	}
}

func TestAHalfClosedClientIsAnswered(t *testing.T) {
	b, server := serve(t)
	c := connect(t, b, server)
	c.send("initialize", `{}`)
	c.conn.(interface{ CloseWrite() error }).CloseWrite()
	if _, ok := c.read().(*godap.InitializeResponse); !ok {
		t.Error("no answer")
	}
	if _, err := c.in.ReadByte(); err != io.EOF {
		t.Errorf("the connection goes on: %v", err)
	}
}

func TestThePasswordIsAskedFor(t *testing.T) {
	b, server := serve(t, func(config *dap.Config) {
		config.Guard, config.PasswordDelay = access.OnePassword([]byte("secret"), nil), 1
	})
	c := connect(t, b, server)
	ask[*godap.InitializeResponse](c, "initialize", `{}`)
	if got := c.refused("attach", `{}`); got != `a password is asked for; give it as "password" of the attach configuration` {
		t.Error(got)
	}
	if got := c.refused("attach", `{"password": "guess"}`); got != access.ErrWrong.Error() {
		t.Error(got)
	}
	ask[*godap.AttachResponse](c, "attach", `{"password": "secret"}`)
	other := connect(t, b, server)
	ask[*godap.InitializeResponse](other, "initialize", `{}`)
	for range 3 {
		other.refused("attach", `{"password": "guess"}`)
	}
	if _, err := other.in.ReadByte(); err != io.EOF {
		t.Errorf("a fourth try is waited for: %v", err)
	}
}

// A breakpoint in a file that nothing has loaded waits for it.
func TestABreakpointWaitsForItsFile(t *testing.T) {
	c := attached(t, `{}`)
	set := ask[*godap.SetBreakpointsResponse](c, "setBreakpoints",
		fmt.Sprintf(`{"source": {"path": %q}, "breakpoints": [{"line": 4}]}`, c.file("other.lua"))).Body.Breakpoints
	if len(set) != 1 || set[0].Verified || set[0].Message != "no service runs this file, or it has no code at this line; it is set as soon as one does" {
		t.Errorf("%+v", set)
	}
	c.bench.Is(`"needs"`, "8")
	if e := event[*godap.BreakpointEvent](c).Body; !e.Breakpoint.Verified || e.Breakpoint.Id != set[0].Id || e.Breakpoint.Line != 4 {
		t.Errorf("%+v", e)
	}
	answer := c.call(`"needs"`)
	stopped := event[*godap.StoppedEvent](c).Body
	if frames := c.frames(stopped.ThreadId); frames[0].Source.Path != c.file("other.lua") || frames[0].Name != "other.twice" {
		t.Errorf("%+v", frames[0])
	}
	if got := c.evaluate("result", c.frames(stopped.ThreadId)[0].Id); got != "8" {
		t.Error(got)
	}
	ask[*godap.ContinueResponse](c, "continue", fmt.Sprintf(`{"threadId": %d}`, stopped.ThreadId))
	if got := <-answer; got != "8" {
		t.Error(got)
	}
	missing := ask[*godap.SetBreakpointsResponse](c, "setBreakpoints", `{"source": {"path": "/nowhere/a.lua"}, "breakpoints": [{"line": 4}]}`).Body.Breakpoints
	if missing[0].Message != "the node has no file /nowhere/a.lua; localRoot and remoteRoot of the attach configuration say where its files are" {
		t.Error(missing[0].Message)
	}
}

// A service that starts is debugged from its first line.
func TestAServiceStopsWhileItStarts(t *testing.T) {
	c := attached(t, `{}`)
	c.breakAt(`{"line": 34}`)
	started := make(chan error, 1)
	go func() {
		_, err := c.bench.Node.Launch(t.Context(), service.Spec{Name: "main"})
		started <- err
	}()
	stopped := event[*godap.StoppedEvent](c).Body
	frames := c.frames(stopped.ThreadId)
	if frames[0].Line != 34 {
		t.Errorf("%+v", frames[0])
	}
	ask[*godap.ContinueResponse](c, "continue", fmt.Sprintf(`{"threadId": %d}`, stopped.ThreadId))
	if err := <-started; err != nil {
		t.Error(err)
	}
}

// A second client, and the console, are told who debugs a service.
func TestAServiceHasOneDebugger(t *testing.T) {
	c := attached(t, `{}`)
	c.breakAt(`{"line": 10}`)
	other := connect(t, c.bench, c.server)
	other.attach(`{}`)
	set := other.breakAt(`{"line": 10}`)
	if set[0].Verified {
		t.Errorf("%+v", set)
	}
	want := "main :00000002 is being debugged already, by an editor at " + c.conn.LocalAddr().String() + "\n"
	if got := event[*godap.OutputEvent](other).Body.Output; got != want {
		t.Error(got)
	}
	ask[*godap.DisconnectResponse](c, "disconnect", `{}`)
	if e := event[*godap.BreakpointEvent](other).Body; !e.Breakpoint.Verified || e.Breakpoint.Id != set[0].Id {
		t.Errorf("%+v", e)
	}
	other.call(`"quote", {}, 1`)
	event[*godap.StoppedEvent](other)
}

func TestConditionsCountsAndLogs(t *testing.T) {
	c := attached(t, `{}`)
	set := c.breakAt(`{"line": 9, "logMessage": "{customer.name} pays {price}"}, {"line": 10, "hitCondition": "% 2"},
		{"line": 6, "condition": "no ="}, {"line": 6, "hitCondition": "== 3"}`)
	if !set[0].Verified || !set[1].Verified || set[2].Verified || set[3].Verified {
		t.Errorf("%+v", set)
	}
	if set[3].Message != `the hit count "== 3" is not understood; 5 or >= 5 stops from the fifth time on, > 5 after it, % 5 each fifth time` {
		t.Error(set[3].Message)
	}
	c.bench.Is(`"quote", {name = "ann"}, 10`, "10")
	if got := event[*godap.OutputEvent](c).Body; got.Output != "ann pays 10\n" || got.Line != 9 || got.Source.Path != c.file("main.lua") {
		t.Errorf("%+v", got)
	}
	answer := c.call(`"quote", {name = "bob"}, 20`)
	stopped := event[*godap.StoppedEvent](c).Body
	if !cmp.Equal(stopped.HitBreakpointIds, []int{set[1].Id}) {
		t.Errorf("%+v", stopped)
	}
	ask[*godap.ContinueResponse](c, "continue", fmt.Sprintf(`{"threadId": %d}`, stopped.ThreadId))
	if got := <-answer; got != "20" {
		t.Error(got)
	}
}

func TestErrorsStop(t *testing.T) {
	c := attached(t, `{}`)
	ask[*godap.SetExceptionBreakpointsResponse](c, "setExceptionBreakpoints", `{"filters": ["uncaught"]}`)
	c.bench.Is(`"tried"`, "inside")
	answer := c.call(`"fails"`)
	stopped := event[*godap.StoppedEvent](c).Body
	if stopped.Reason != "exception" {
		t.Errorf("%+v", stopped)
	}
	info := ask[*godap.ExceptionInfoResponse](c, "exceptionInfo", fmt.Sprintf(`{"threadId": %d}`, stopped.ThreadId)).Body
	if info.BreakMode != "unhandled" || info.Description == "" || !strings.Contains(info.Details.StackTrace, "main.lua:17") {
		t.Errorf("%+v", info)
	}
	frames := c.frames(stopped.ThreadId)
	if frames[0].Name != "error" || frames[0].Source != nil || frames[1].Line != 17 {
		t.Errorf("%+v", frames)
	}
	if got := c.evaluate("err.code", frames[1].Id); got != "7" {
		t.Error(got)
	}
	ask[*godap.ContinueResponse](c, "continue", fmt.Sprintf(`{"threadId": %d}`, stopped.ThreadId))
	<-answer
	set := ask[*godap.SetExceptionBreakpointsResponse](c, "setExceptionBreakpoints", `{"filterOptions": [{"filterId": "all", "condition": "err == 'other'"}, {"filterId": "none"}]}`).Body.Breakpoints
	if !set[0].Verified || set[1].Verified {
		t.Errorf("%+v", set)
	}
	c.bench.Is(`"tried"`, "inside")
}

func TestFunctionsStop(t *testing.T) {
	c := attached(t, `{}`)
	set := ask[*godap.SetFunctionBreakpointsResponse](c, "setFunctionBreakpoints", `{"breakpoints": [{"name": "commands.quote"}, {"name": "nobody"}]}`).Body.Breakpoints
	if !set[0].Verified || set[1].Verified || set[1].Message != "no service has a function that is declared by this name" {
		t.Errorf("%+v", set)
	}
	answer := c.call(`"quote", {}, 1`)
	stopped := event[*godap.StoppedEvent](c).Body
	if stopped.Reason != "function breakpoint" || c.frames(stopped.ThreadId)[0].Line != 6 {
		t.Errorf("%+v", stopped)
	}
	ask[*godap.SetFunctionBreakpointsResponse](c, "setFunctionBreakpoints", `{"breakpoints": []}`)
	ask[*godap.ContinueResponse](c, "continue", fmt.Sprintf(`{"threadId": %d}`, stopped.ThreadId))
	if got := <-answer; got != "1" {
		t.Error(got)
	}
}

func TestASpinningServiceIsPausedAndEnded(t *testing.T) {
	c := attached(t, `{}`)
	answer := c.call(`"spin"`)
	threads := ask[*godap.ThreadsResponse](c, "threads", `{}`).Body.Threads
	if len(threads) != 1 || threads[0].Name != "main :00000002" {
		t.Fatalf("%+v", threads)
	}
	var stopped godap.StoppedEventBody
	for { // the service may not have begun with it
		ask[*godap.PauseResponse](c, "pause", fmt.Sprintf(`{"threadId": %d}`, threads[0].Id))
		if stopped = event[*godap.StoppedEvent](c).Body; c.frames(stopped.ThreadId)[0].Name == "commands.spin" {
			break
		}
		ask[*godap.ContinueResponse](c, "continue", fmt.Sprintf(`{"threadId": %d}`, stopped.ThreadId))
	}
	if stopped.Reason != "pause" {
		t.Errorf("%+v", stopped)
	}
	if threads := ask[*godap.ThreadsResponse](c, "threads", `{}`).Body.Threads; len(threads) != 2 || threads[0].Id != stopped.ThreadId {
		t.Errorf("%+v", threads)
	}
	ask[*godap.TerminateThreadsResponse](c, "terminateThreads", fmt.Sprintf(`{"threadIds": [%d]}`, stopped.ThreadId))
	if got := <-answer; !strings.Contains(got, "ended by who debugs it") {
		t.Error(got)
	}
	if e := event[*godap.ThreadEvent](c).Body; e.Reason != "exited" || e.ThreadId != stopped.ThreadId {
		t.Errorf("%+v", e)
	}
}

func TestValuesAreSetAndEvaluated(t *testing.T) {
	c := attached(t, `{}`)
	_, frame, _ := c.stop(10)
	state := c.variables(c.scope(frame, "Service state"))
	delete(state, "commands")
	if diff := cmp.Diff(map[string]string{"discount": "0", "log": `{names = {"ann", "bob"}, open = true}`}, texts(state)); diff != "" {
		t.Fatal(diff)
	}
	log := state["log"].VariablesReference
	names := c.variables(log)["names"]
	if names.EvaluateName != "log.names" || names.IndexedVariables != 2 || names.NamedVariables != 0 {
		t.Errorf("%+v", names)
	}
	set := ask[*godap.SetVariableResponse](c, "setVariable", fmt.Sprintf(`{"variablesReference": %d, "name": "[2]", "value": "customer"}`, names.VariablesReference)).Body
	if set.Value != `{name = "bob"}` || set.VariablesReference == 0 {
		t.Errorf("%+v", set)
	}
	if got := c.evaluate("log.names[2].name, price", frame); got != `"bob", 100` {
		t.Error(got)
	}
	if got := c.refused("setVariable", fmt.Sprintf(`{"variablesReference": %d, "name": "nobody", "value": "1"}`, c.scope(frame, "Locals"))); got != "nobody is nothing that can be set here" {
		t.Error(got)
	}
	if got := ask[*godap.SetExpressionResponse](c, "setExpression", fmt.Sprintf(`{"frameId": %d, "expression": "customer.name", "value": "\"eve\""}`, frame)).Body.Value; got != `"eve"` {
		t.Error(got)
	}
	if got := ask[*godap.EvaluateResponse](c, "evaluate", fmt.Sprintf(`{"frameId": %d, "expression": "customer.name", "context": "clipboard"}`, frame)).Body.Result; got != "eve" {
		t.Error(got)
	}
	if got := ask[*godap.EvaluateResponse](c, "evaluate", `{"expression": "log.open = 5 return log.open"}`).Body.Result; got != "5" {
		t.Error(got)
	}
	items := ask[*godap.CompletionsResponse](c, "completions", fmt.Sprintf(`{"frameId": %d, "text": "x = cust", "column": 9}`, frame)).Body.Targets
	if len(items) != 1 || items[0].Label != "customer" || items[0].Start != 5 || items[0].Length != 4 {
		t.Errorf("%+v", items)
	}
}

// Large tables come in parts, and say what is missing.
func TestLargeTablesComeInParts(t *testing.T) {
	c := attached(t, `{}`)
	_, frame, _ := c.stop(10)
	c.evaluate("big = {} for i = 1, 5000 do big[i] = i big['k' .. i] = i end", frame)
	big := ask[*godap.EvaluateResponse](c, "evaluate", fmt.Sprintf(`{"frameId": %d, "expression": "big"}`, frame)).Body
	if big.IndexedVariables != 5000 || big.NamedVariables != 5000 {
		t.Fatalf("%+v", big)
	}
	page := ask[*godap.VariablesResponse](c, "variables", fmt.Sprintf(`{"variablesReference": %d, "filter": "indexed", "start": 4900, "count": 50}`, big.VariablesReference)).Body.Variables
	if len(page) != 50 || page[0].Name != "[4901]" || page[0].EvaluateName != "big[4901]" {
		t.Errorf("%d, %+v", len(page), page[0])
	}
	named := ask[*godap.VariablesResponse](c, "variables", fmt.Sprintf(`{"variablesReference": %d, "filter": "named"}`, big.VariablesReference)).Body.Variables
	if len(named) != 1001 || named[1000].Value != "4,000 more; an expression shows one of them" {
		t.Errorf("%d, %+v", len(named), named[len(named)-1])
	}
}

func TestSourcesOfTheNode(t *testing.T) {
	c := attached(t, `{"nodeSources": true}`)
	all := ask[*godap.LoadedSourcesResponse](c, "loadedSources", `{}`).Body.Sources
	if len(all) != 1 || all[0].Name != "main.lua" || all[0].SourceReference == 0 {
		t.Fatalf("%+v", all)
	}
	text := ask[*godap.SourceResponse](c, "source", fmt.Sprintf(`{"sourceReference": %d}`, all[0].SourceReference)).Body
	if text.Content != quotesSource {
		t.Error(text.Content)
	}
	set := ask[*godap.SetBreakpointsResponse](c, "setBreakpoints", fmt.Sprintf(`{"source": {"sourceReference": %d}, "breakpoints": [{"line": 10}]}`, all[0].SourceReference)).Body.Breakpoints
	if !set[0].Verified {
		t.Errorf("%+v", set)
	}
	lines := ask[*godap.BreakpointLocationsResponse](c, "breakpointLocations", fmt.Sprintf(`{"source": {"path": %q}, "line": 4, "endLine": 10}`, c.file("main.lua"))).Body.Breakpoints
	var numbers []int
	for _, l := range lines {
		numbers = append(numbers, l.Line)
	}
	if diff := cmp.Diff([]int{4, 5, 6, 7, 9, 10}, numbers); diff != "" {
		t.Error(diff)
	}
}

// Who is on another machine, or in another folder, has other paths; lines may begin at 0.
func TestPathsAndLinesAreTheClients(t *testing.T) {
	b, server := serve(t)
	c := connect(t, b, server)
	ask[*godap.InitializeResponse](c, "initialize", `{"linesStartAt1": false, "columnsStartAt1": false, "pathFormat": "path"}`)
	ask[*godap.AttachResponse](c, "attach", fmt.Sprintf(`{"localRoot": "C:\\game", "remoteRoot": %q}`, b.Dir))
	set := ask[*godap.SetBreakpointsResponse](c, "setBreakpoints", `{"source": {"path": "C:\\game\\main.lua"}, "breakpoints": [{"line": 9}]}`).Body.Breakpoints
	if !set[0].Verified || set[0].Line != 9 {
		t.Errorf("%+v", set)
	}
	c.call(`"quote", {}, 1`)
	frames := c.frames(event[*godap.StoppedEvent](c).Body.ThreadId)
	if frames[0].Line != 9 || frames[0].Column != 0 || frames[0].Source.Path != `C:\game\main.lua` || frames[0].Source.SourceReference != 0 {
		t.Errorf("%+v", frames[0])
	}
}

// New code of a running service has the breakpoints; a task that stands goes on in the old.
func TestBreakpointsStayWithAReload(t *testing.T) {
	c := attached(t, `{}`)
	c.breakAt(`{"line": 10}`)
	c.bench.Edit("price - price * discount", "price * 2")
	change, err := reload.Reload(t.Context(), c.bench.Service, "", false)
	if err != nil {
		t.Fatalf("%v, %+v", err, change)
	}
	answer := c.call(`"quote", {}, 4`)
	stopped := event[*godap.StoppedEvent](c).Body
	frames := c.frames(stopped.ThreadId)
	if frames[0].Line != 10 || c.evaluate("total", frames[0].Id) != "8" {
		t.Errorf("%+v", frames[0])
	}
	ask[*godap.ContinueResponse](c, "continue", fmt.Sprintf(`{"threadId": %d}`, stopped.ThreadId))
	if got := <-answer; got != "8" {
		t.Error(got)
	}
}

// Code that is of no file is asked of the node, and has breakpoints all the same.
func TestCodeOfNoFile(t *testing.T) {
	b, server := serve(t)
	c := connect(t, b, server)
	c.attach(`{}`)
	text := strings.ReplaceAll(quotesSource, "price * discount", "1")
	svc, err := b.Node.Launch(t.Context(), service.Spec{Name: "literal", Literal: true, Source: text})
	if err != nil {
		t.Fatal(err)
	}
	b.Service = svc
	var literal godap.Source
	for _, source := range ask[*godap.LoadedSourcesResponse](c, "loadedSources", `{}`).Body.Sources {
		if source.Path == "" {
			literal = source
		}
	}
	if literal.SourceReference == 0 {
		t.Fatalf("%+v", literal)
	}
	got := ask[*godap.SourceResponse](c, "source", fmt.Sprintf(`{"source": {"sourceReference": %d}, "sourceReference": %d}`, literal.SourceReference, literal.SourceReference))
	if got.Body.Content != text {
		t.Error(got.Body.Content)
	}
	set := ask[*godap.SetBreakpointsResponse](c, "setBreakpoints", fmt.Sprintf(`{"source": {"sourceReference": %d}, "breakpoints": [{"line": 8}]}`, literal.SourceReference)).Body.Breakpoints
	if !set[0].Verified || set[0].Line != 9 {
		t.Errorf("%+v", set)
	}
	answer := c.call(`"quote", {}, 4`)
	stopped := event[*godap.StoppedEvent](c).Body
	frames := c.frames(stopped.ThreadId)
	if frames[0].Source.SourceReference != literal.SourceReference || frames[0].Line != 9 {
		t.Errorf("%+v", frames[0])
	}
	ask[*godap.NextResponse](c, "next", fmt.Sprintf(`{"threadId": %d}`, stopped.ThreadId))
	ask[*godap.DisconnectResponse](c, "disconnect", `{}`)
	if got := <-answer; got != "3" {
		t.Error(got)
	}
}

func TestNoLineIsBelowTheFirst(t *testing.T) {
	c := attached(t, `{}`)
	for line, want := range map[int]string{-5: "there is no line -5", 0: "there is no line 0"} {
		if set := c.breakAt(fmt.Sprintf(`{"line": %d}`, line)); len(set) != 1 || set[0].Verified || set[0].Message != want {
			t.Errorf("%+v", set)
		}
	}
}

// Who is let in and may not debug is in the log.
func TestRefusedClientsAreNoted(t *testing.T) {
	dir := t.TempDir()
	hash, err := access.HashPassword("kim")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/users", []byte("kim observer "+hash+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	users, err := access.ReadUsers(dir+"/users", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	audit, err := access.OpenAudit(dir+"/audit", secret.Default())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { audit.Close() })
	b, server := serve(t, func(config *dap.Config) { config.Guard, config.Audit = access.ForUsers(users, audit), audit })
	c := connect(t, b, server)
	ask[*godap.InitializeResponse](c, "initialize", `{}`)
	c.refused("attach", `{"user": "kim", "password": "kim"}`)
	content, err := os.ReadFile(dir + "/audit")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(content), `"msg":"refused","user":"kim","role":"observer"`) {
		t.Errorf("%s", content)
	}
}
