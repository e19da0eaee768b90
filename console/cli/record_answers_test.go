package cli

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"lunarium/console/usage"
)

// recordedSession runs a service whose recording is to be replayed with nobody there any more who answers.
func recordedSession(t *testing.T, source string, commands []string, flags ...string) (out, text string) {
	t.Helper()
	writeFile(t, "asking.lua", source)
	script := writeFile(t, "script", strings.Join(commands, "\n")+"\n")
	out, logs, status := runScript(t, script, append(flags, "--record", "recorded.txt", "asking")...)
	recorded, err := os.ReadFile("recorded.txt")
	if status != usage.ExitOK || err != nil {
		t.Fatalf("status %d, %v: %s%s", status, err, out, logs)
	}
	return out, string(recorded)
}

// replayOf gives what a replay says.
func replayOf(t *testing.T, text string) string {
	t.Helper()
	writeFile(t, "recorded.txt", text)
	var stdout, stderr bytes.Buffer
	runReplay([]string{"recorded.txt"}, usage.Streams{Out: &stdout, Err: &stderr})
	return stdout.String() + stderr.String()
}

const asRecorded = "1 transcript: all replies as recorded\n"

// askingHTTP asks a server; what it prints has whatever can be known of the answer.
const askingHTTP = `local skynet, http = require "skynet", require "http"
local function told(ok, answer)
	if not ok then return tostring(answer) end
	local list = {answer.status, answer.url, #answer.body, answer.body:sub(1, 40), answer.headers["X-Twice"]}
	for name in pairs(answer.headers) do list[#list + 1] = name end
	return table.concat(list, " ")
end
skynet.start(function()
	skynet.dispatch("lua", function(_, _, what, url, body)
		if what == "get" then return skynet.retpack(told(pcall(http.get, url, {timeout = 5, max_body = 100000}))) end
		if what == "post" then return skynet.retpack(told(pcall(http.request, {url = url, json = body}))) end
		if what == "plain" then return skynet.retpack(told(true, http.get(url))) end
		local order, done = {}, {}
		for i = 1, 4 do
			skynet.fork(function()
				local answer = i .. told(pcall(http.get, url .. i % 2))
				order[#order + 1] = answer
				if #order == 4 then skynet.wakeup(done) end
			end)
		end
		skynet.wait(done)
		skynet.retpack(table.concat(order, "\n"))
	end)
end)
`

// answering is the server, whose answers are another each time.
func answering() *httptest.Server {
	var served atomic.Int32
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count := served.Add(1)
		w.Header()["X-Twice"] = []string{"a", fmt.Sprint(count)}
		switch r.URL.Path {
		case "/broken":
			panic(http.ErrAbortHandler)
		case "/moved":
			http.Redirect(w, r, "/here?secret=x", http.StatusFound)
		case "/large":
			w.Write(bytes.Repeat([]byte("x"), 70_000))
		default:
			body, _ := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%d: %s\x00\xff\n%s", count, r.URL.Path, body)
		}
	}))
}

// TestRecordingsHoldAnswersOfHTTP: a replay needs no server.
func TestRecordingsHoldAnswersOfHTTP(t *testing.T) {
	for name, flags := range map[string][]string{"virtual": {"--clock", "virtual"}, "real": {}} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			server := answering()
			defer server.Close()
			inURL := strings.Replace(server.URL, "//", "//ann:hunter2@", 1)
			out, text := recordedSession(t, askingHTTP, []string{
				`call asking "get", "` + server.URL + `/a"`, `call asking "get", "` + server.URL + `/a"`, `call asking "get", "` + inURL + `/b"`,
				`call asking "post", "` + server.URL + `/c", {7}`, `call asking "post", "` + server.URL + `/c", {8}`,
				`call asking "get", "` + server.URL + `/moved"`, `call asking "get", "` + server.URL + `/broken"`, `call asking "get", "http://localhost:1/"`,
				`call asking "both", "` + server.URL + `/d"`, `call asking "get", "` + server.URL + `/a"`,
			}, flags...)
			server.Close()
			if strings.Count(out, "200 ") < 6 || !strings.Contains(out, "refused") {
				t.Fatal(out)
			}
			for line := range strings.Lines(text) {
				if strings.HasPrefix(line, "# answer") && strings.Contains(line, "hunter2") {
					t.Errorf("a password is in %s", line)
				}
			}
			if got := replayOf(t, text); got != asRecorded {
				t.Errorf("%s\n%s", got, text)
			}
		})
	}
}

// What has not come while it was recorded does not come again, what was too large is asked of the world, and so is
// what was not asked; what is no answer is told with its line.
func TestRecordingsWithoutAnAnswer(t *testing.T) {
	t.Chdir(t.TempDir())
	server := answering()
	defer server.Close()
	large := `call asking "plain", "` + server.URL + `/large"`
	_, text := recordedSession(t, askingHTTP, []string{large}, "--clock", "virtual")
	if got := replayOf(t, text); !strings.Contains(got, `:00000002 asks http.request "GET `+server.URL+`/large" at asking.lua:12, which was too large to be recorded`) ||
		strings.Count(got, "asking.lua") != 1 {
		t.Errorf("%s\n%s", got, text)
	}
	other := `call asking "plain", "` + server.URL + `/other"`
	if got := replayOf(t, text+"> "+other+"\n"); !strings.Contains(got, `:00000002 asks http.request "GET `+server.URL+`/other" at asking.lua:12, which was not recorded`) {
		t.Errorf("%s\n%s", got, text)
	}
	none := strings.Replace(text, "too large", "no answer", 1) + "> tasks asking\n"
	if got := replayOf(t, none); !strings.Contains(got, "GET "+server.URL) {
		t.Errorf("%s\n%s", got, none)
	}
	for bad, want := range map[string]string{
		"{status = 200":       `this is no answer (expected , or }, at "")`,
		`{body = "x", 7 = 8}`: `this is no answer (expected , or }, at "= 8}")`,
	} {
		line := strings.Count(text, "\n")
		got := replayOf(t, strings.Replace(text, "too large", bad, 1))
		if !strings.Contains(got, fmt.Sprintf("recorded.txt:%d: %s: # answer :00000002 http.request", line, want)) {
			t.Errorf("line %d: %s", line, got)
		}
	}
	if got := replayOf(t, strings.Replace(text, "too large", "{7}", 1)); !strings.Contains(got, "can't have been answered so as it was recorded: {7}") {
		t.Error(got)
	}
}
