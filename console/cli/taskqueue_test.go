package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lunarium/console/usage"
	"lunarium/runtime/service"
)

// nodeVariable makes the test binary a node whose flags are its arguments.
const nodeVariable = "LUNARIUM_TEST_NODE"

func TestMain(m *testing.M) {
	if os.Getenv(nodeVariable) != "" {
		os.Exit(Run(os.Args[1:], usage.Streams{Program: "lunarium", In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
	}
	os.Exit(m.Run())
}

// queueNode is a process with the task queue and its page.
type queueNode struct {
	t       *testing.T
	ctx     context.Context
	process *exec.Cmd
	url     string
	client  *http.Client
	log     chan string // everything it logged, once it has ended
}

// startQueue starts a node with the task queue on the database tasks.db of a
// directory, where a file task_handlers.lua may be that goes first. It returns
// when the page is served.
func startQueue(ctx context.Context, t *testing.T, dir string, env ...string) *queueNode {
	t.Helper()
	services, err := filepath.Abs(filepath.Join(root, "testdata/services"))
	if err != nil {
		t.Fatal(err)
	}
	n := &queueNode{t: t, ctx: ctx, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}, log: make(chan string, 1)}
	n.process = exec.CommandContext(ctx, os.Args[0], "--path", dir, "--path", services, "--data", dir, "--no-shell", "task_page", "127.0.0.1:0", "tasks.db")
	n.process.Env = append(append(os.Environ(), nodeVariable+"=1"), env...)
	stderr, err := n.process.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.kill)
	up := make(chan string, 1)
	go n.readLog(stderr, up)
	if n.url = <-up; n.url == "" {
		t.Fatalf("the node did not start:\n%s", <-n.log)
	}
	return n
}

// readLog collects what the node logs; the page's address goes to up.
func (n *queueNode) readLog(stderr io.Reader, up chan<- string) {
	defer close(up)
	var all strings.Builder
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		fmt.Fprintln(&all, lines.Text())
		if _, url, ok := strings.Cut(lines.Text(), "page is at "); ok {
			up <- strings.TrimSuffix(url, "/")
		}
	}
	n.log <- all.String()
}

// kill ends the process as kill -9 does.
func (n *queueNode) kill() {
	n.process.Process.Kill()
	n.process.Wait()
	n.client.CloseIdleConnections()
}

// do sends a request; the answer's JSON goes to into. The error is that of the
// connection: the node may be dead.
func (n *queueNode) do(method, path string, body, into any) (status int, err error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	request, err := http.NewRequestWithContext(n.ctx, method, n.url+path, bytes.NewReader(encoded))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := n.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return response.StatusCode, fmt.Errorf("%w: %s", err, answer)
	}
	return response.StatusCode, nil
}

// queueTask is a task as the page's API tells of it.
type queueTask struct {
	ID       int
	State    string
	Attempts int
	Key      string
}

// submitted is the answer to a task that was submitted.
type submitted struct {
	Result int
	Error  string
}

// submit sends a task in; id is 0 when the node did not answer.
func (n *queueNode) submit(kind string, payload any, options map[string]any) (id int, err error) {
	var answer submitted
	status, err := n.do("POST", "/api/tasks", map[string]any{"kind": kind, "payload": payload, "options": options}, &answer)
	if err != nil {
		return 0, err
	}
	if status != http.StatusOK {
		return 0, fmt.Errorf("refused: %s", answer.Error)
	}
	return answer.Result, nil
}

// untilDone reads the page's events until no task is unfinished.
func (n *queueNode) untilDone() {
	n.t.Helper()
	request, err := http.NewRequestWithContext(n.ctx, "GET", n.url+"/api/events", nil)
	if err != nil {
		n.t.Fatal(err)
	}
	response, err := n.client.Do(request)
	if err != nil {
		n.t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewReader(response.Body)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			n.t.Fatalf("the queue is not done: %v", err)
		}
		data, ok := strings.CutPrefix(line, "data: ")
		var snapshot struct{ Stats *struct{ Unfinished int } }
		if ok && json.Unmarshal([]byte(data), &snapshot) == nil && snapshot.Stats != nil && snapshot.Stats.Unfinished == 0 {
			return
		}
	}
}

// TestQueueReload replays a session that edits the queue's and the workers'
// code while they work, in a copy of the services.
func TestQueueReload(t *testing.T) {
	session, err := filepath.Abs(filepath.Join(root, "testdata/sessions/queue/reload.txt"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "testdata/services"))); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	var out strings.Builder
	ok, err := new(tally).replay(t.Context(), session, false, usage.Streams{Out: &out, Err: &out})
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		t.Error(out.String())
	}
}

// TestQueueRefusesBadRequests sends what no page would.
func TestQueueRefusesBadRequests(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a process")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	n := startQueue(ctx, t, t.TempDir())
	for _, c := range []struct {
		name, path, contentType, origin, body string
		status                                int
		want                                  string
	}{
		{"JSON that is cut off", "/api/tasks", "application/json", "", `{"kind": "sleep",`, 400, "invalid JSON at line 1"},
		{"JSON that is no object", "/api/tasks", "application/json", "", `7`, 400, "must be a JSON object"},
		{"deep JSON", "/api/tasks", "application/json", "", strings.Repeat("[", 100_000), 400, "nested more than 128 deep"},
		{"no kind", "/api/tasks", "application/json", "", `{}`, 409, "the kind must be a string"},
		{"an unknown kind", "/api/tasks", "application/json", "", `{"kind": "<b>"}`, 409, "there is no kind <b>; there are"},
		{"a huge payload", "/api/tasks", "application/json", "", `{"kind": "sleep", "payload": "` + strings.Repeat("x", 70_000) + `"}`, 409, "65536 are allowed"},
		{"an enormous body", "/api/tasks", "application/json", "", `"` + strings.Repeat("x", 2_000_000) + `"`, 413, "may have 1048576 bytes"},
		{"options that are a list", "/api/tasks", "application/json", "", `{"kind": "sleep", "options": [1]}`, 409, "there is no option 1"},
		{"a form of another site", "/api/pause", "text/plain", "", `{}`, 415, "must be application/json"},
		{"another site's script", "/api/pause", "application/json", "http://evil.example", `{}`, 403, "a page of another site"},
		{"a task that is not there", "/api/tasks/99/cancel", "application/json", "", `{}`, 409, "there is no unfinished task 99"},
		{"an id that is none", "/api/tasks/x/cancel", "application/json", "", `{}`, 409, "there is no unfinished task -1"},
		{"a worker that is not there", "/api/workers/9/kill", "application/json", "", `{}`, 409, "there is no worker 9"},
		{"a setting that is not there", "/api/settings", "application/json", "", `{"colour": 1}`, 409, "there is no setting colour"},
		{"a path that is not there", "/api/explode", "application/json", "", `{}`, 404, "there is nothing here"},
	} {
		request, err := http.NewRequestWithContext(ctx, "POST", n.url+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", c.contentType)
		if c.origin != "" {
			request.Header.Set("Origin", c.origin)
		}
		response, err := n.client.Do(request)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		text, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != c.status || !strings.Contains(string(text), c.want) {
			t.Errorf("%s: %d %s %v, want %d %s", c.name, response.StatusCode, text, err, c.status, c.want)
		}
	}
	if id, err := n.submit("flaky", map[string]int{"failures": 0}, nil); err != nil || id == 0 {
		t.Errorf("after all that a task gets the id %d: %v", id, err)
	}
	n.untilDone()
}

// TestQueueTakesTenThousand has a service submit ten thousand tasks at once,
// each by a message of its own.
func TestQueueTakesTenThousand(t *testing.T) {
	if testing.Short() {
		t.Skip("ten thousand tasks")
	}
	const submitAll = `local skynet = require "skynet"
		skynet.start(function()
			local me, ids, answers = coroutine.running(), {}, 0
			skynet.call("TASK_QUEUE", "lua", "pause")
			for i = 1, 10000 do
				skynet.fork(function()
					ids[assert(skynet.call("TASK_QUEUE", "lua", "submit", "sleep", {number = i}))] = true
					answers = answers + 1
					if answers == 10000 then skynet.wakeup(me) end
				end)
			end
			skynet.wait(me)
			for id = 1, 10000 do assert(ids[id], id) end
			local stats = skynet.call("TASK_QUEUE", "lua", "stats")
			local last = skynet.call("TASK_QUEUE", "lua", "status", 10000)
			assert(stats.ready == 10000 and stats.since_start.submitted == 10000 and last.payload.number <= 10000)
		end)`
	f, err := parseFlags([]string{"--path", filepath.Join(root, "testdata/services"), "--data", t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	p, err := newProgram(f, &output{io.Discard, io.Discard}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	for _, spec := range []service.Spec{{Name: "task_queue"}, {Name: "submitter", Literal: true, Source: submitAll}} {
		if _, err := p.node.Launch(t.Context(), spec); err != nil {
			t.Fatal(err)
		}
	}
}
