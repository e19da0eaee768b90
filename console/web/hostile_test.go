package web_test

import (
	"fmt"
	"strings"
	"testing"
)

// What services call themselves, were given and wait for is shown as everywhere: no
// character in it ends a line, turns the writing round, or can't be seen.
func TestTextsOfServicesAreMadeVisible(t *testing.T) {
	const evil = "e\u202evil\u2028line\x1b[2J\u200b\xff\nend"
	n := newNode(t, "", map[string]string{"odd": `local skynet = require "skynet"
local evil = ...
skynet.register(evil)
skynet.start(function()
	skynet.dispatch("lua", function() error(evil) end)
	skynet.timeout(100000, function() end)
	skynet.fork(function() pcall(skynet.call, skynet.self(), "lua", evil); skynet.error(evil); skynet.call(skynet.newservice("mute"), "lua", evil) end)
end)`, "mute": `local skynet = require "skynet"
skynet.start(function() skynet.dispatch("lua", function() skynet.wait() end) end)`})
	s := n.launch("odd", evil)
	p := n.open(`{"tab":"services","limit":50,"service":` + fmt.Sprint(uint32(s.Address())) + `}`)
	for _, event := range []string{"services", "service"} {
		data := p.await(event, `\\226\\128\\174vil`)
		for _, raw := range []string{"\u202e", "\u2028", "\u200b", `\u202e`, `\u2028`, `\u200b`, `\u001b`, "\ufffd", `\ufffd`} {
			if strings.Contains(data, raw) {
				t.Errorf("%s has %q: %s", event, raw, data)
			}
		}
	}
}
