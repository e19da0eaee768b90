package web_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// These tests open the page in Chromium; without it they are skipped.

func (b *browser) open(n *node) {
	b.Helper()
	b.run(chromedp.Navigate(n.url))
	b.until(`document.querySelector("#link.live")`)
}

func TestThePageInABrowser(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	b := newBrowser(t)
	n.launch("echo", "an argument")
	b.open(n)
	b.text("#list .row", "echo")
	b.text("#count", "1 service")

	b.enter(`call echo "log", "seen in the page"`)
	b.text("#output", "took")
	b.click(`[data-tab="logs"]`)
	b.text("#log-rows", "seen in the page")

	b.enter("nonsense") // colours are spans
	b.text("#output .red", "no command nonsense")

	b.click(`[data-tab="services"]`)
	b.click("#list .row")
	b.text("#detail h2", "echo :00000002")
	b.text("#detail dd", `"an argument"`)
	b.text("#detail .log", "seen in the page")
	b.enter(`timeout 1m`)
	b.enter(`call echo "wait"`)
	b.text("#detail .task", "message: wait from the console")
	b.click("#cancel")
	b.text("#output", "interrupted")

	b.click(`#detail [data-command="kill"]`)
	b.text(".ask p", "Kill echo :00000002?")
	b.click(`.ask [value="no"]`)
	b.until(`!document.querySelector(".ask")`)
	b.text("#list .row", "echo")
	b.click(`#detail [data-command="kill"]`)
	b.click(`.ask [value="yes"]`)
	b.text("#detail h2", "has ended")
	b.until(`document.querySelectorAll("#list .row").length === 0`)
	b.text("#count", "0 services")
}

func TestTheInputLine(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	b := newBrowser(t)
	n.launch("echo")
	b.open(n)
	line := chromedp.CSS("#line")
	b.run(chromedp.SendKeys(line, "hist\t"))
	b.until(`document.getElementById("line").value === "history "`)
	b.run(chromedp.SendKeys(line, "\r"))
	b.text("#output", "1  history")
	b.enter("help quit")
	b.text("#output", "Ends the session")
	b.run(chromedp.SendKeys(line, kb.ArrowUp+kb.ArrowUp))
	b.until(`document.getElementById("line").value === "history "`)
	b.run(chromedp.SendKeys(line, kb.ArrowDown))
	b.until(`document.getElementById("line").value === "help quit"`)
	b.run(chromedp.Evaluate[chromedp.Void](`document.getElementById("line").value = ""`), chromedp.SendKeys(line, "t\t"))
	b.text("#hints button", "timers")
	b.click("#hints button")
	b.until(`document.getElementById("hints").hidden && document.getElementById("line").value.length > 3`)
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
	b.text("#list .name b", attack)
	b.click("#list .row")
	b.text("#detail h2", attack)
	b.text("#detail .log", attack)
	b.text("#detail dd", `onerror=document.title`)
	b.click(`[data-tab="logs"]`)
	b.text("#log-rows", attack)
	b.text("#output", "onerror=document.title")
	b.enter(fmt.Sprintf(`call %s "log", "\27]0;taken\7\27[8mhidden\27[2J"`, s.Address()))
	b.text("#log-rows", "hidden")
	if title := value[string](b, "document.title"); title != "lunarium" {
		t.Errorf("the title has become %q", title)
	}
	if made := value[int](b, `document.querySelectorAll("body img:not(h1 img), body script, #list b b").length`); made != 0 {
		t.Errorf("%d elements were made of what a service says", made)
	}
}

func TestManyServices(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	b := newBrowser(t)
	for range 1000 {
		n.launch("echo")
	}
	b.open(n)
	b.text("#count", "1,000 services")
	if rows := value[int](b, `document.querySelectorAll("#list .row").length`); rows > 60 {
		t.Errorf("%d rows exist at once", rows)
	}
	b.run(chromedp.Evaluate[chromedp.Void](`document.getElementById("list").scrollTop = 1e9`))
	b.text("#list .row", ":000003e9")
	b.run(chromedp.SendKeys(chromedp.CSS("#filter"), "3e8"))
	b.text("#count", "1 service")
	b.text("#list .row", ":000003e8")
}

func TestThePhone(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	b := newBrowser(t)
	n.launch("echo")
	b.phone()
	b.open(n)
	b.click("#list .row")
	b.text("#detail h2", "echo")
	if wide := value[bool](b, `document.documentElement.scrollWidth > innerWidth`); wide {
		t.Error("the page is wider than the phone")
	}
	b.click("#detail .close")
	b.click(`[data-tab="console"]`)
	b.enter("help quit")
	b.text("#output", "Ends the session")
	for _, tab := range []string{"timers", "logs", "services"} {
		b.click(`[data-tab="` + tab + `"]`)
		b.until(`!document.getElementById("` + tab + `").hidden`)
	}
}

func TestSigningIn(t *testing.T) {
	n := newNode(t, "open sesame", map[string]string{"echo": echo})
	b := newBrowser(t)
	n.launch("echo")
	b.run(chromedp.Navigate(n.url))
	password := chromedp.CSS("#password")
	b.run(chromedp.SendKeys(password, "wrong\r", chromedp.NodeVisible))
	b.text("#sign-in-error", "this is not the password")
	if rows := value[int](b, `document.querySelectorAll("#list .row").length`); rows != 0 {
		t.Error("services are shown before the password was given")
	}
	b.run(chromedp.SendKeys(password, "open sesame\r"))
	b.text("#list .row", "echo")
	b.click("#sign-out")
	b.until(`document.getElementById("sign-in").open`)
}

func TestThePageFindsItsNodeGone(t *testing.T) {
	n := newNode(t, "", nil)
	b := newBrowser(t)
	b.open(n)
	b.enter("shutdown")
	b.text("#link.down", "")
	b.text("#output", "the node has stopped")
}

func TestThePageFindsItsNodeAgain(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	b := newBrowser(t)
	b.open(n)
	n.shut()
	b.text("#link.down", "")
	n.Node = start()
	n.serve(strings.TrimPrefix(n.url, "http://"), "")
	n.launch("echo")
	b.text("#link.live", "worker")
	b.text("#list .row", "echo")
	b.enter("list")
	b.text("#output", ":00000002")
}
