package dap_test

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	godap "github.com/google/go-dap"

	"lunarium/console/dap"
)

// failing reports what a server logs as an error: a session that panicked.
type failing struct{ t testing.TB }

func (f failing) Write(line []byte) (int, error) {
	f.t.Errorf("logged: %s", line)
	return len(line), nil
}

func odd(t *testing.T) *client {
	t.Helper()
	b, server := serve(t, func(config *dap.Config) {
		config.RequestTime = 50 * time.Millisecond
		config.Logger = slog.New(slog.NewTextHandler(failing{t}, &slog.HandlerOptions{Level: slog.LevelError}))
	})
	c := connect(t, b, server)
	c.attach(`{}`)
	return c
}

var commands = []string{
	"initialize", "launch", "attach", "configurationDone", "setBreakpoints", "setFunctionBreakpoints", "setExceptionBreakpoints",
	"breakpointLocations", "threads", "continue", "next", "stepIn", "stepOut", "pause", "terminateThreads", "stackTrace", "scopes",
	"variables", "setVariable", "setExpression", "evaluate", "completions", "exceptionInfo", "source", "loadedSources",
	"restart", "modules", "goto", "readMemory", "cancel", "",
}

// Whatever the arguments are, there is an answer, and the session goes on.
func TestOddArgumentsAreAnswered(t *testing.T) {
	c := odd(t)
	thread, frame, _ := c.stop(10)
	values := c.scope(frame, "Locals")
	numbers, err := json.Marshal(map[string]any{
		"threadId": thread, "frameId": frame, "variablesReference": values, "sourceReference": 1, "start": 1 << 40, "count": -5, "levels": -1,
		"startFrame": 1 << 40, "line": -7, "endLine": 1 << 40, "column": -7, "text": "a\nb", "expression": "\xff", "name": "", "value": "(",
		"filters": []string{"none"}, "threadIds": []int{-1}, "filter": "odd", "context": "odd",
		"source":      map[string]any{"path": "\x00", "sourceReference": -1},
		"breakpoints": []any{map[string]any{"line": -1, "column": -1, "condition": "(", "logMessage": "{", "hitCondition": "%"}, map[string]any{"line": 1 << 40, "name": "a b"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, arguments := range []string{"", "null", "[]", "7", `"text"`, "{}", string(numbers)} {
		for _, command := range commands {
			if command == "stepIn" || command == "stepOut" || command == "next" || command == "continue" {
				if arguments == string(numbers) {
					continue // it would go on
				}
			}
			c.response(c.send(command, arguments))
		}
	}
	if got := c.evaluate("price", frame); got != "100" {
		t.Error(got)
	}
}

func FuzzRequests(f *testing.F) {
	for _, command := range commands {
		f.Add(`{"seq": 1, "type": "request", "command": "` + command + `", "arguments": {"threadId": 1, "frameId": 1, "line": 3}}`)
	}
	f.Add(`{"seq": 1, "type": "event"}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, content string) {
		if strings.Contains(content, "disconnect") || strings.Contains(content, `\u`) {
			return // the end of the session, in whatever notation
		}
		c := odd(t)
		if err := godap.WriteBaseMessage(c.conn, []byte(content)); err != nil {
			t.Fatal(err)
		}
		for seq := c.send("threads", "{}"); ; {
			if m, ok := c.read().(godap.ResponseMessage); ok && m.GetResponse().RequestSeq == seq && m.GetResponse().Command == "threads" {
				return
			}
		}
	})
}
