package web_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"lunarium/console/web/browsertest"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib"
	"lunarium/stdlib/skynet"
)

// These tests open the monitoring page of the task queue, a service of
// testdata/services, in Chromium; without it they are skipped.

// stepHandlers are the workers' handlers and one more: the kind "steps" reports a tenth
// when the test allows it.
const stepHandlers = `local skynet = require "skynet"
local handlers = dofile(package.searchpath("task_handlers", package.path:match ";(.*)"))
function handlers.steps(_, report)
	for tenth = 1, 10 do
		repeat skynet.sleep(10) until skynet.call("STEPS", "lua") >= tenth -- reports that come faster are left out
		report(tenth / 10, tenth .. " of 10 steps")
	end
end
return handlers`

// stepCounter is the service that knows how many tenths are allowed.
const stepCounter = `local skynet = require "skynet"
require "skynet.manager"
skynet.start(function()
	local allowed = 0
	skynet.register "STEPS"
	skynet.dispatch("lua", function(_, _, steps)
		allowed = steps or allowed
		skynet.retpack(allowed)
	end)
end)`

// taskPage is a node with the task queue and its page, and a tab that shows it.
type taskPage struct {
	*browsertest.Browser
	node   *service.Node
	client *service.Client
	steps  *service.Service
	url    string
}

func newTaskPage(t *testing.T) *taskPage {
	t.Helper()
	t.Parallel()
	b := browsertest.New(t)
	services, err := filepath.Abs(filepath.Join("..", "..", "testdata", "services", "?.lua"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "task_handlers.lua"), []byte(stepHandlers), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	p := &taskPage{Browser: b, node: service.NewNode(service.Config{
		Path: []string{services},
		Open: func(s service.Self) error {
			return stdlib.OpenService(s, &stdlib.ServiceOptions{Options: skynet.Options{ModulePath: filepath.Join(dir, "?.lua") + ";" + services}, Data: dir})
		},
	})}
	t.Cleanup(func() {
		for _, s := range p.node.Services() {
			p.node.Kill(s.Address())
			<-s.Released() // its database is closed
		}
		p.node.Stop(0)
		cancel()
	})
	p.client = p.node.NewClient("the test")
	if p.steps, err = p.node.Launch(ctx, service.Spec{Name: "steps", Literal: true, Source: stepCounter}); err != nil {
		t.Fatal(err)
	}
	page, err := p.node.Launch(ctx, service.Spec{Name: "task_page", Args: []string{"127.0.0.1:0"}})
	if err != nil {
		t.Fatal(err)
	}
	reply, err := p.client.Call(ctx, page.Address(), message.TypeLua, message.Direct(service.Strings("url")...))
	if err != nil {
		t.Fatal(err)
	}
	p.url, _ = reply.Values[0].AsString()
	return p
}

// allow lets tasks of the kind "steps" come to a tenth, and no further.
func (p *taskPage) allow(tenths int) {
	p.Helper()
	if err := p.client.Send(p.steps.Address(), message.TypeLua, message.Direct(vm.Int(tenths))); err != nil {
		p.Fatal(err)
	}
}

// open shows the page and waits for its first news.
func (p *taskPage) open() {
	p.Helper()
	p.Run(chromedp.Navigate(p.url + "/"))
	p.Until(`document.querySelector("#link.live") && document.getElementById("kind").options.length > 1`)
}

// fill puts a value into a field of the form, as a person who types.
func (p *taskPage) fill(id, value string) {
	p.Helper()
	p.Run(chromedp.Evaluate[chromedp.Void](`{
		const field = document.getElementById(` + strconv.Quote(id) + `);
		field.value = ` + strconv.Quote(value) + `;
		field.dispatchEvent(new Event("change"));
	}`))
}

// add submits a task with the form.
func (p *taskPage) add(kind, payload, attempts string) {
	p.Helper()
	p.fill("kind", kind)
	p.fill("payload", payload)
	p.fill("attempts", attempts)
	p.Click("#add button")
}

func TestTheTaskPage(t *testing.T) {
	p := newTaskPage(t)
	p.open()

	p.add("steps", "", "")
	p.Text("#said", "task 1 is queued")
	part := `Number(document.querySelector("#running [role=progressbar]")?.getAttribute("aria-valuenow"))`
	p.allow(1)
	p.Until(part + " === 10")
	p.allow(4)
	p.Until(part + " === 40")
	p.Text("#running .note", "4 of 10 steps")
	p.Text("#workers li[data-state=busy] span", "#1 steps")

	before := browsertest.Value[string](p.Browser, `document.querySelector("#workers li").dataset.address`)
	p.Click("#workers li button")
	p.Text("dialog[open]", "Kill worker 1? Its attempt of task 1 counts as failed.")
	p.Click("dialog[open] [value=no]")
	p.Until(`!document.querySelector("dialog[open]")`)
	p.Click("#workers li button")
	p.Click("dialog[open] [value=yes]")
	p.Text("#workers-sum", "1 replaced so far")
	p.Until(`document.querySelector("#workers li").dataset.address > ` + strconv.Quote(before))
	p.Until(part + " === 40")
	p.Text("#running .note", "attempt 2 of 3")
	p.allow(10)
	p.Text("#recent .tag", "done")

	p.add("fail", `{"reason": "no stock"}`, "1")
	p.Text("#dead .error", "no stock")
	p.Text("#dead .note", "1 attempt,")
	p.Click("#dead button[aria-label='Retry task 2']")
	p.Text("#dead .note", "2 attempts,")
	p.Click("#dead .id")
	p.Text("#detail dd", "traceback")
	p.Run(chromedp.SendKeys(chromedp.CSS("#detail button"), kb.Escape))
	p.Click("#purge-all")
	p.Click("dialog[open] [value=yes]")
	p.Until(`document.querySelectorAll("#dead li").length === 0 && document.getElementById("retry-all").disabled`)

	p.Run(chromedp.SendKeys(chromedp.CSS("#pause"), " "))
	p.Text("#link", "paused")
	p.fill("copies", "3")
	p.add("sleep", `{"seconds": 60}`, "")
	p.Text("#said", "3 tasks are queued")
	p.Until(`document.querySelectorAll("#waiting li").length === 3`)
	p.Text(`#lanes [data-lane=normal] td`, "3")
	p.Click("#waiting button[aria-label='Cancel task 4']")
	p.Until(`document.querySelectorAll("#waiting li").length === 2`)
	p.Click("#pause")
	p.Text("#running .note", "worker 1")
	p.Click("#running .buttons button")
	p.Text("#recent .tag", "cancelled")

	p.add("sleep", `{"seconds": `, "")
	p.Text("#add-error", "The payload is not JSON")
	p.add("sleep", `"`+strings.Repeat("x", 70_000)+`"`, "")
	p.Text("#add-error", "65536 are allowed")
}

// TestTaskTextStaysText has tasks try to bring markup and scripts onto the page,
// everywhere where their text is shown.
func TestTaskTextStaysText(t *testing.T) {
	const attack = `"'><img src=x onerror=document.title="taken"><script>document.title="taken"</script>`
	p := newTaskPage(t)
	p.open()
	quoted := strconv.Quote(attack)
	p.fill("key", attack)
	p.add("fail", `{"reason": `+quoted+`, "<b>": `+quoted+`}`, "1")
	p.Text("#dead .error", attack)
	p.Text("#dead pre", "onerror=document.title")
	p.Text("#recent .note", attack)
	p.Click("#dead .id")
	p.Text("#detail dd", attack)
	p.Until(`document.querySelector("#detail dd[data-name=key]").textContent === ` + quoted)
	p.Run(chromedp.SendKeys(chromedp.CSS("#detail button"), kb.Escape))
	p.fill("key", "")
	p.add("flaky", `{"failures": `+quoted+`}`, "1")
	p.Until(`document.querySelectorAll("#dead li").length === 2`)
	if title := browsertest.Value[string](p.Browser, "document.title"); title != "Task queue" {
		t.Errorf("the title has become %q", title)
	}
	if made := browsertest.Value[int](p.Browser, `document.querySelectorAll("body img:not(h1 img), body script, #dead b b").length`); made != 0 {
		t.Errorf("%d elements were made of what tasks say", made)
	}
}

func TestTheTaskPageOnAPhone(t *testing.T) {
	p := newTaskPage(t)
	p.Phone()
	p.open()
	p.add("fail", `{"reason": "`+strings.Repeat("unbreakable", 40)+`"}`, "1")
	p.Text("#dead .error", "unbreakable")
	p.add("sleep", `{"seconds": 30}`, "")
	p.Until(`document.querySelector("#running li") && innerWidth < 400`)
	for _, scheme := range []string{"light", "dark"} {
		p.Scheme(scheme)
		p.Until(`document.documentElement.dataset.theme === ` + strconv.Quote(scheme))
		if wide := browsertest.Value[int](p.Browser, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
			t.Errorf("%s: the page is %d pixels wider than the phone", scheme, wide)
		}
	}
}

// TestTaskPagePictures makes the documentation's pictures, when asked to.
func TestTaskPagePictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("pictures are made with -pictures DIR")
	}
	directory, err := filepath.Abs(*pictures)
	if err != nil {
		t.Fatal(err)
	}
	p := newTaskPage(t)
	p.busy()
	p.Run(chromedp.EmulateViewport(1280, 1060))
	p.Scheme("dark")
	p.open()
	for points := 8; points <= 40; points += 8 {
		p.Until(`document.querySelector(".plot:nth-child(2) .line").getAttribute("d").split("L").length > ` + strconv.Itoa(points))
	}
	p.Until(`document.querySelectorAll("#dead li").length > 1 && document.querySelectorAll("#running li").length > 2`)
	p.Picture(filepath.Join(directory, "tasks-dark.png"))
	p.Scheme("light")
	p.Phone()
	p.Until(`innerWidth < 400 && document.documentElement.dataset.theme === "light"`)
	p.Picture(filepath.Join(directory, "tasks-phone.png"))
}

// busy has a service submit tasks of all sorts to the queue.
func (p *taskPage) busy() {
	p.Helper()
	const source = `local skynet = require "skynet"
		local lanes = {"urgent", "high", "normal", "normal", "low"}
		skynet.start(function()
			skynet.call("TASK_QUEUE", "lua", "configure", {min_workers = 3, max_workers = 5, backlog = 2})
			skynet.fork(function()
				local turn = 0
				while true do
					turn = turn + 1
					for i = 1, math.floor(0.7 + 0.8 * math.sin(turn / 8) + math.random()) do
						skynet.call("TASK_QUEUE", "lua", "submit", "sleep", {seconds = math.random(2, 9)}, {priority = lanes[math.random(#lanes)]})
					end
					if turn % 20 == 0 then skynet.call("TASK_QUEUE", "lua", "submit", "fail", {reason = "the printer is out of paper", order = 7000 + turn}, {max_attempts = 2, priority = "high"}) end
					if turn % 15 == 0 then skynet.call("TASK_QUEUE", "lua", "submit", "flaky", {failures = 2}, {max_attempts = 4, priority = "high"}) end
					if turn % 10 == 0 then skynet.call("TASK_QUEUE", "lua", "submit", "compute", {limit = 300000}) end
					skynet.sleep(70)
				end
			end)
		end)`
	if _, err := p.node.Launch(context.Background(), service.Spec{Name: "customers", Literal: true, Source: source}); err != nil {
		p.Fatal(err)
	}
}
