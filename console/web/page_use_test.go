package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"lunarium/console/web/browsertest"
)

// These tests are about how the page is used: by keyboard, on a telephone, and
// when there is nothing to show or nothing new. They need Chromium, too.

// active waits for the focus to be on an element.
func (b *browser) active(selector string) {
	b.Helper()
	b.Until(fmt.Sprintf("document.activeElement && document.activeElement.matches(%q)", selector))
}

// focus puts the focus on the first element of a kind.
func focus(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](fmt.Sprintf("document.querySelector(%q).focus()", selector))
}

func (b *browser) keys(keys string) {
	b.Helper()
	b.Run(chromedp.KeyEvent(keys))
}

// slash and enterKey press a key as a keyboard does: in one event, whose text is
// not typed where the page has taken the key.
func (b *browser) slash() {
	b.Helper()
	b.Press(input.DispatchKeyEventParams{Type: "keyDown", Key: "/", Text: "/"})
}

func (b *browser) enterKey() {
	b.Helper()
	b.Press(input.DispatchKeyEventParams{Type: "keyDown", Key: "Enter", Text: "\r", WindowsVirtualKeyCode: 13})
}

func TestTheKeyboardReachesTheList(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	b := newBrowser(t)
	for range 100 {
		n.launch("echo")
	}
	b.open(n)
	b.Text("#count", "100 services")
	b.slash()
	b.active("#filter")
	b.keys(kb.ArrowDown)
	b.active(`#list .row[aria-rowindex="1"]`)
	for i := 2; i <= 60; i++ { // far beyond the rows that existed at first
		b.keys(kb.ArrowDown)
		b.active(fmt.Sprintf(`#list .row[aria-rowindex="%d"]`, i))
	}
	b.enterKey()
	b.Text("#detail h2", "echo :0000003d")
	b.keys(kb.Escape)
	b.active(`#list .row[aria-rowindex="60"]`)
	b.slash()
	b.keys(":00000007")
	b.Text("#count", "1 service")
	b.enterKey()
	b.Text("#detail h2", "echo :00000007")
	b.keys(kb.Escape)
	b.keys(kb.ArrowUp)
	b.active("#filter")
	b.Click(`[data-tab="logs"]`)
	b.slash()
	b.active("#log-filter")
}

// TestTheFocusStaysWithItsService sorts the list under the focus, and ends the
// service that has it.
func TestTheFocusStaysWithItsService(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo, "other": echo})
	b := newBrowser(t)
	n.launch("echo")
	n.launch("other")
	b.open(n)
	b.Text("#count", "2 services")
	b.slash()
	b.keys(kb.ArrowDown)
	b.active(`#list .row[aria-rowindex="1"]`)
	b.Run(chromedp.Evaluate[chromedp.Void](`{
		const order = document.getElementById("order");
		order.value = "name";
		order.dispatchEvent(new Event("change"));
		document.querySelector("#head span button").dispatchEvent(new Event("click")); // descending
	}`))
	b.active(`#list .row[aria-rowindex="2"]`)
	if text := browsertest.Value[string](b.Browser, "document.activeElement.textContent"); !strings.HasPrefix(text, "echo") {
		t.Errorf("the focus is on %q", text)
	}
	b.enter("kill :00000002")
	b.Text("#count", "1 service")
	b.Run(focus("#list .row"))
	b.active("#list .row")
	n.Kill(3)
	b.active("#list")
}

func TestEmptyViewsSaySo(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	b := newBrowser(t)
	b.open(n)
	seen := func(selector, text string) {
		t.Helper()
		b.Until(fmt.Sprintf(`(e => e.offsetHeight > 0 && e.textContent.includes(%q))(document.querySelector(%q))`, text, selector))
	}
	seen("#no-services", "No service runs")
	b.Click(`[data-tab="timers"]`)
	seen("#no-timers", "No timer is set")
	b.Click(`[data-tab="logs"]`)
	seen("#no-logs", "Nothing has been logged yet")
	s := n.launch("echo")
	b.enter(fmt.Sprintf(`call %s "log", "a line"`, s.Address()))
	b.Text("#log-rows", "a line")
	b.Until(`document.getElementById("no-logs").hidden && !document.getElementById("log-rows").hidden`)
	b.Run(chromedp.SendKeys(chromedp.CSS("#log-filter"), "nobody"))
	seen("#no-logs", "No line matches “nobody”")
	b.Click(`[data-tab="services"]`)
	b.Until(`document.getElementById("no-services").hidden`)
	b.Run(chromedp.SendKeys(chromedp.CSS("#filter"), "nobody"))
	seen("#no-services", "No service matches “nobody”")
}

// TestTheFiguresGrowStale has the page's time run away from its node.
func TestTheFiguresGrowStale(t *testing.T) {
	n := newNode(t, "", nil)
	b := newBrowser(t)
	b.open(n)
	b.Run(chromedp.Evaluate[chromedp.Void](`{ let now = Date.now(); Date.now = () => now += 10000; }`))
	b.Until(`document.body.classList.contains("stale") && document.querySelector("#link.down")?.textContent.includes("gives no news · last figures at") &&
		Number(getComputedStyle(document.getElementById("tiles")).opacity) <= 0.6`)
	b.Until(`!document.body.classList.contains("stale") && document.querySelector("#link.live")`)
}

// smallTargets lists what can be pressed and is too small, or lies outside of
// the screen's width.
const smallTargets = `[...document.querySelectorAll("button, input:not([type=checkbox]), select, a")].filter(e => e.offsetParent).map(e => [e, e.getBoundingClientRect()])
	.filter(([e, r]) => r.height < 40 || r.left < 0 || r.right > innerWidth)
	.map(([e, r]) => (e.id || e.textContent) + " " + Math.round(r.left) + " to " + Math.round(r.right) + ", " + Math.round(r.height) + " high").join("; ")`

// cutNames lists names that do not fit.
const cutNames = `[...document.querySelectorAll(".name, .service, #detail h2, .cards b, .cards span")].filter(e => e.offsetParent && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 2))
	.map(e => e.textContent).join("; ")`

// checkPhone reports what can't be pressed or read on a telephone.
func checkPhone(b *browsertest.Browser, where string) {
	b.Helper()
	if small := browsertest.Value[string](b, smallTargets); small != "" {
		b.Errorf("%s: hard to press: %s", where, small)
	}
	if cut := browsertest.Value[string](b, cutNames); cut != "" {
		b.Errorf("%s: cut: %s", where, cut)
	}
	if wide := browsertest.Value[int](b, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
		b.Errorf("%s: %d pixels wider than the phone", where, wide)
	}
}

func TestThePhonesTargets(t *testing.T) {
	const sleeper = `local skynet = require "skynet"
		skynet.start(function()
			skynet.register("A_RATHER_LONG_NAME_OF_A_SERVICE_THAT_SLEEPS_A_LOT")
			skynet.error("begun")
			skynet.fork(function() skynet.sleep(100000) end)
			skynet.timeout(100000, function() end)
		end)`
	n := newNode(t, "", map[string]string{"sleeper": sleeper})
	b := newBrowser(t)
	n.launch("sleeper")
	b.Phone()
	b.open(n)
	b.Text("#list .row", "SLEEPS")
	checkPhone(b.Browser, "services")
	b.Click("#list .row")
	b.Text("#detail .task", "made at sleeper.lua:5 · waits: sleep")
	b.Text("#detail .task", "set at sleeper.lua:6 · waits: timer")
	checkPhone(b.Browser, "a service")
	b.Click(`[data-tab="timers"]`)
	b.Text("#timer-rows", "sleeper.lua")
	checkPhone(b.Browser, "timers")
	b.Click(`[data-tab="logs"]`)
	b.Text("#log-rows", "begun")
	checkPhone(b.Browser, "logs")
	b.Click(`[data-tab="console"]`)
	checkPhone(b.Browser, "console")
}
