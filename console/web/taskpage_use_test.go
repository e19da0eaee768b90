package web_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"lunarium/console/web/browsertest"
)

// answer presses a button of the open question.
func (p *taskPage) answer(question, value string) {
	p.Helper()
	p.Text("dialog[open] p", question)
	p.Click("dialog[open] [value=" + value + "]")
	p.Until(`!document.querySelector("dialog[open] p")`)
}

func (p *taskPage) closeDetail() {
	p.Helper()
	p.Run(chromedp.SendKeys(chromedp.CSS("#detail button:not([type])"), kb.Escape))
	p.Until(`!document.getElementById("detail").open`)
}

// field waits for a field of the task's dialog to have a value.
func (p *taskPage) field(name, value string) {
	p.Helper()
	p.Text("#detail[open] dd[data-name="+name+"]", value)
}

func TestTheTaskDialogIsLive(t *testing.T) {
	p := newTaskPage(t)
	p.open()
	p.add("steps", "", "")
	p.Click("#running .id")
	p.field("state", "running")
	p.Text("#detail [type=button]", "Cancel")
	p.allow(3)
	p.field("progress", "30")
	p.allow(10)
	p.field("state", "done")
	p.Until(`document.querySelectorAll("#detail [type=button]").length === 0`)
	p.closeDetail()

	p.add("fail", `{"reason": "no stock"}`, "1")
	p.Text("#dead .error", "no stock")
	p.Click("#dead button[aria-label='Purge task 2']")
	p.answer("Forget task 2 for good?", "no")
	p.Click("#dead .id")
	p.Click("#detail [aria-label='Retry task 2']")
	p.field("attempts", "2")
	p.field("state", "dead")
	p.closeDetail()
	p.Click("#dead button[aria-label='Purge task 2']")
	p.answer("Forget task 2 for good?", "yes")
	p.Until(`document.querySelectorAll("#dead li").length === 0`)
}

func TestTasksAreFound(t *testing.T) {
	p := newTaskPage(t)
	p.open()
	p.Click("#pause")
	p.Text("#link", "paused")
	p.fill("copies", "60")
	p.add("sleep", `{"seconds": 0}`, "")
	p.Text("#said", "60 tasks are queued")
	p.fill("copies", "1")
	p.fill("key", "the one")
	p.fill("timeout", "7.5")
	p.fill("priority", "low")
	p.add("fail", `{"reason": "no stock"}`, "1")
	p.Text("#said", "task 61 is queued")
	p.add("fail", `{"reason": "no stock"}`, "1")
	p.Text("#said", "task 61 is queued") // one key is one task

	p.fill("find-state", "queued")
	p.Text("#find-sum", "the first 50")
	p.Click("#find-more")
	p.Text("#find-sum", "61")
	p.Until(`document.querySelectorAll("#found li").length === 61 && document.getElementById("find-more").hidden`)
	p.fill("find-kind", "fail")
	p.Until(`document.querySelectorAll("#found li").length === 1`)
	p.Text("#found .note", "low · key the one")
	p.fill("find-priority", "urgent")
	p.Text("#found-empty", "No task matches.")
	p.fill("find-id", "61")
	p.Click("#find button")
	p.field("timeout", "7.5 s")
	p.field("key", "the one")
	p.closeDetail()
	p.fill("find-id", "999")
	p.Click("#find button")
	p.Text("#detail-title", "Task 999: there is no such task")
}

func TestTheQueueIsConfigured(t *testing.T) {
	p := newTaskPage(t)
	p.open()
	p.Click("#configure")
	p.Text("#settings[open] label", "workers that are always there")
	set := func(name, value string) {
		p.Run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector("#settings [name=%s]").value = %q`, name, value)))
	}
	set("min_workers", "9")
	p.Click("#settings-save")
	p.Text("#settings-error", "min_workers must not be above max_workers")
	set("min_workers", "3")
	set("heartbeat", "0.5")
	p.Click("#settings-save")
	p.Text("#said", "min_workers, heartbeat are set")
	p.Text("#workers-sum", "3 workers")

	addresses := `[...document.querySelectorAll("#workers li")].map(e => e.dataset.address).join()`
	before := browsertest.Value[string](p.Browser, addresses)
	p.Click("#renew")
	p.Text("#said", "fresh workers take over")
	p.Until(fmt.Sprintf(`document.querySelectorAll("#workers li[data-state=idle]").length === 3 && %s > %s`, addresses, strconv.Quote(before)))

	p.add("steps", "", "")
	p.Text("#running .note", "worker")
	p.Click("#drain")
	p.answer("wait 60 s at most", "yes")
	p.Text("#link", "paused")
	p.allow(10)
	p.Text("#said", "nothing runs any more")
	p.Text("#recent .tag", "done")
}

// TestAnOldTaskPageSaysSo has the page's time run away from its queue, and ends
// the queue.
func TestAnOldTaskPageSaysSo(t *testing.T) {
	p := newTaskPage(t)
	p.open()
	p.Run(chromedp.Evaluate[chromedp.Void](`{ window.now = Date.now; let at = Date.now(); Date.now = () => at += 10000; }`))
	p.Until(`document.body.classList.contains("stale") && document.querySelector("#link.down")?.textContent.includes("gives no news · last figures at")`)
	p.Run(chromedp.Evaluate[chromedp.Void](`Date.now = window.now`))
	p.Until(`!document.body.classList.contains("stale") && document.querySelector("#link.live")`)
	queue, ok := p.node.Lookup("TASK_QUEUE")
	if !ok {
		t.Fatal("the queue has no name")
	}
	p.node.Kill(queue)
	p.Text("#link.down", "the queue is not running · last figures at")
	if dim := browsertest.Value[float64](p.Browser, `Number(getComputedStyle(document.getElementById("plots")).opacity)`); dim > 0.6 {
		t.Errorf("stale figures have an opacity of %g", dim)
	}
}

func TestThePhonesTargetsOnTheTaskPage(t *testing.T) {
	p := newTaskPage(t)
	p.Phone()
	p.open()
	p.add("fail", `{"reason": "no stock"}`, "1")
	p.Text("#dead .error", "no stock")
	p.add("sleep", `{"seconds": 30}`, "")
	p.Until(`document.querySelector("#running li")`)
	p.Text("#workers li", "#2 sleep")
	checkPhone(p.Browser, "the page")
	p.Click("#configure")
	p.Text("#settings[open] label", "heartbeat")
	checkPhone(p.Browser, "the settings")
}
