package command

import (
	"bytes"
	"encoding/json"
	"testing"

	"lunarium/console"
)

// A text picks by names with the dot of local ones, as programs write them, and without.
func TestTextsPickByNamesWithTheirDot(t *testing.T) {
	node, _ := startNode(t, `local skynet = require "skynet"
		skynet.start(function() skynet.register(".evil") skynet.timeout(1000, function() end) end)`)
	var out bytes.Buffer
	s := newSession(node, console.Options{Screen: console.NewScreen(&out), JSON: true})
	defer s.Close()
	for _, command := range []string{"list", "mem", "stat", "names", "timers", "tasks"} {
		for word, want := range map[string]int{"evil": 1, ".evil": 1, ".ev": 1, ".vil": 0, "..evil": 0} {
			if want == 0 && (command == "timers" || command == "tasks") {
				continue // they want one service
			}
			var rows []any
			if err := json.Unmarshal([]byte(output(t, s, &out, command+" "+word)), &rows); err != nil || len(rows) != want {
				t.Errorf("%s %s: %d rows, want %d; %v", command, word, len(rows), want, err)
			}
		}
	}
}
