package web_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"lunarium/console/web/browsertest"
)

// These tests open the page in Chromium; without it they are skipped.

// browser is a tab for the node's page.
type browser struct{ *browsertest.Browser }

func newBrowser(t *testing.T) *browser {
	t.Helper()
	return &browser{browsertest.New(t)}
}

func (b *browser) open(n *node) {
	b.Helper()
	b.Run(chromedp.Navigate(n.url))
	b.Until(`document.querySelector("#link.live")`)
}

// enter types a line into the console.
func (b *browser) enter(line string) {
	b.Helper()
	b.Run(chromedp.SendKeys(chromedp.CSS("#line"), line+"\r"))
}

func TestThePageInABrowser(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	b := newBrowser(t)
	n.launch("echo", "an argument")
	b.open(n)
	b.Text("#list .row", "echo")
	b.Text("#count", "1 service")

	b.enter(`call echo "log", "seen in the page"`)
	b.Text("#output", "took")
	b.Click(`[data-tab="logs"]`)
	b.Text("#log-rows", "seen in the page")

	b.enter("nonsense") // colours are spans
	b.Text("#output .red", "no command nonsense")

	b.Click(`[data-tab="services"]`)
	b.Click("#list .row")
	b.Text("#detail h2", "echo :00000002")
	b.Text("#detail dd", `"an argument"`)
	b.Text("#detail .log", "seen in the page")
	b.enter(`timeout 1m`)
	b.enter(`call echo "wait"`)
	b.Text("#detail .task", "message: wait from the console")
	b.Click("#cancel")
	b.Text("#output", "interrupted")

	b.Click(`#detail [data-command="kill"]`)
	b.Text(".ask p", "Kill echo :00000002?")
	b.Click(`.ask [value="no"]`)
	b.Until(`!document.querySelector(".ask")`)
	b.Text("#list .row", "echo")
	b.Click(`#detail [data-command="kill"]`)
	b.Click(`.ask [value="yes"]`)
	b.Text("#detail h2", "has ended")
	b.Until(`document.querySelectorAll("#list .row").length === 0`)
	b.Text("#count", "0 services")
}

func TestTheInputLine(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	b := newBrowser(t)
	n.launch("echo")
	b.open(n)
	line := chromedp.CSS("#line")
	b.Run(chromedp.SendKeys(line, "hist\t"))
	b.Until(`document.getElementById("line").value === "history "`)
	b.Run(chromedp.SendKeys(line, "\r"))
	b.Text("#output", "1  history")
	b.enter("help quit")
	b.Text("#output", "Ends the session")
	b.Run(chromedp.SendKeys(line, kb.ArrowUp+kb.ArrowUp))
	b.Until(`document.getElementById("line").value === "history "`)
	b.Run(chromedp.SendKeys(line, kb.ArrowDown))
	b.Until(`document.getElementById("line").value === "help quit"`)
	b.Run(chromedp.Evaluate[chromedp.Void](`document.getElementById("line").value = ""`), chromedp.SendKeys(line, "t\t"))
	b.Text("#hints button", "timers")
	b.Click("#hints button")
	b.Until(`document.getElementById("hints").hidden && document.getElementById("line").value.length > 3`)
	b.Run(chromedp.Evaluate[chromedp.Void](`document.getElementById("line").value = ""`), chromedp.SendKeys(line, "eval echo skynet.call\t"))
	b.Text("#hints p", "skynet.call(address, type, ...)  asks")
	b.Until(`document.getElementById("line").value === "eval echo skynet.call("`)
	b.Run(chromedp.SendKeys(line, "\t"))
	b.Text("#hints p", "skynet.call(address, type, ...)  asks")
	b.Text("#hints button", "skynet.")
	b.Run(chromedp.SendKeys(line, "1"))
	b.Until(`document.getElementById("hints").hidden`)
}

// TestWhatServicesSayStaysText has a service try to bring markup and scripts
// onto the page, everywhere where its text is shown.
func TestWhatServicesSayStaysText(t *testing.T) {
	const attack = `<img src=x onerror=document.title="taken"><script>document.title="taken"</script>`
	n := newNode(t, "", map[string]string{"echo": echo, "attack<b>": echo})
	b := newBrowser(t)
	s := n.launch("attack<b>", attack)
	b.open(n)
	quoted := strconv.Quote(attack)
	b.enter(fmt.Sprintf(`call %s "name", %s`, s.Address(), quoted))
	b.enter(fmt.Sprintf(`call %s "log", %s`, s.Address(), quoted))
	b.Text("#list .name b", attack)
	b.Click("#list .row")
	b.Text("#detail h2", attack)
	b.Text("#detail .log", attack)
	b.Text("#detail dd", `onerror=document.title`)
	b.Click(`[data-tab="logs"]`)
	b.Text("#log-rows", attack)
	b.Text("#output", "onerror=document.title")
	b.enter(fmt.Sprintf(`call %s "log", "\27]0;taken\7\27[8mhidden\27[2J"`, s.Address()))
	b.Text("#log-rows", "hidden")
	if title := browsertest.Value[string](b.Browser, "document.title"); title == "taken" {
		t.Errorf("the title has become %q", title)
	}
	if made := browsertest.Value[int](b.Browser, `document.querySelectorAll("body img:not(h1 img), body script, #list b b").length`); made != 0 {
		t.Errorf("%d elements were made of what a service says", made)
	}
}

func TestManyServices(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	b := newBrowser(t)
	for range 10000 {
		n.launch("echo")
	}
	b.open(n)
	b.Text("#count", "10,000 services")
	if rows := browsertest.Value[int](b.Browser, `document.querySelectorAll("#list .row").length`); rows > 60 {
		t.Errorf("%d rows exist at once", rows)
	}
	b.Run(chromedp.Evaluate[chromedp.Void](`document.getElementById("list").scrollTop = 1e9`))
	b.Text("#list .row", ":00002711")
	b.Run(chromedp.SendKeys(chromedp.CSS("#filter"), "2710"))
	b.Text("#count", "1 service")
	b.Text("#list .row", ":00002710")
}

func TestThePhone(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	b := newBrowser(t)
	n.launch("echo")
	b.Phone()
	b.open(n)
	b.Click("#list .row")
	b.Text("#detail h2", "echo")
	if wide := browsertest.Value[bool](b.Browser, `document.documentElement.scrollWidth > innerWidth`); wide {
		t.Error("the page is wider than the phone")
	}
	b.Click("#detail .close")
	b.Click(`[data-tab="console"]`)
	b.enter("help quit")
	b.Text("#output", "Ends the session")
	for _, tab := range []string{"timers", "logs", "services"} {
		b.Click(`[data-tab="` + tab + `"]`)
		b.Until(`!document.getElementById("` + tab + `").hidden`)
	}
}

func TestSigningIn(t *testing.T) {
	n := newNode(t, "open sesame", map[string]string{"echo": echo})
	b := newBrowser(t)
	n.launch("echo")
	b.Run(chromedp.Navigate(n.url))
	password := chromedp.CSS("#password")
	b.Run(chromedp.SendKeys(password, "wrong\r", chromedp.NodeVisible))
	b.Text("#sign-in-error", "this is not the password")
	if rows := browsertest.Value[int](b.Browser, `document.querySelectorAll("#list .row").length`); rows != 0 {
		t.Error("services are shown before the password was given")
	}
	b.Run(chromedp.SendKeys(password, "open sesame\r"))
	b.Text("#list .row", "echo")
	b.Click("#sign-out")
	b.Until(`document.getElementById("sign-in").open`)
}

// Users come in by name, and are told who they are; who guesses waits.
func TestSigningInByName(t *testing.T) {
	n, _, _ := forUsers(t, map[string]string{"kim": "observer"})
	b := newBrowser(t)
	b.Phone()
	b.signInAs(n, "kim")
	b.Text("#who", "kim, observer")
	checkPhone(b.Browser, "signed in")
	b.Click("#sign-out")
	b.Run(chromedp.SendKeys(chromedp.CSS("#user"), "kim", chromedp.NodeVisible))
	password := chromedp.CSS("#password")
	b.Run(chromedp.SendKeys(password, "wrong\r"))
	b.Text("#sign-in-error", "this is no user with that password")
	for range 10 {
		n.do("POST", "/sign-in", `{"user": "kim", "password": "wrong"}`)
	}
	b.Run(chromedp.SendKeys(password, "kim\r"))
	b.Text("#sign-in-error", "too many wrong passwords; wait a minute")
}

func TestThePageFindsItsNodeGone(t *testing.T) {
	n := newNode(t, "", nil)
	b := newBrowser(t)
	b.open(n)
	b.enter("shutdown")
	b.Text("#link.down", "last figures at")
	b.Until(`document.body.classList.contains("stale")`)
	b.Text("#output", "the node has stopped")
}

func TestThePageFindsItsNodeAgain(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	b := newBrowser(t)
	b.open(n)
	n.shut()
	b.Text("#link.down", "")
	n.start()
	n.serve(strings.TrimPrefix(n.url, "http://"), "")
	n.launch("echo")
	b.Text("#link.live", "worker")
	b.Until(`!document.body.classList.contains("stale")`)
	b.Text("#list .row", "echo")
	b.enter("list")
	b.Text("#output", ":00000002")
}

// TestMuchOutput has commands print more than anybody reads: the page keeps the
// end of it, and answers.
func TestMuchOutput(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	b := newBrowser(t)
	n.launch("echo")
	b.open(n)
	for _, end := range []string{"first", "second"} {
		b.enter(`eval echo for i = 1, 100000 do print("line " .. i) end`)
		b.Text("#output", "is left out")
		b.enter(`eval echo ("` + end + `"):upper()`)
		b.Text("#output", strings.ToUpper(end))
	}
	if kept := browsertest.Value[int](b.Browser, `document.getElementById("output").textContent.length`); kept > 500_000 {
		t.Errorf("%d characters are kept", kept)
	}
}

// What goes on stays in one place of the output, below what others write, until it ends.
func TestTopStaysInItsPlace(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	b := newBrowser(t)
	n.launch("echo")
	b.open(n)
	b.enter("top every 100ms for 300ms")
	b.Until(`document.querySelector("#output").textContent.includes("1 service ·")`)
	b.Until(`!document.body.hasAttribute("data-busy")`)
	b.enter("list")
	b.Until(`/every 100 ms[^]*RECENT[^]*echo[^]*> list[^]*ADDRESS +STATE/.test(document.querySelector("#output").textContent)`)
	b.Until(`document.querySelector("#output").textContent.split("every 100 ms; Ctrl-C ends").length === 2`)
}
