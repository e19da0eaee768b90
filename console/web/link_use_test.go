package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// These tests look at where the page is: its addresses, and its connection to the node.

// at waits for the page to have an address.
func (b *browser) at(hash string) {
	b.Helper()
	b.Until(fmt.Sprintf("location.hash === %q", hash))
}

// What is shown has an address: a reload, a link and a sign-in lead there, Back and Forward go
// through them.
func TestWhatIsShownHasAnAddress(t *testing.T) {
	n := newNode(t, "open sesame", map[string]string{"main": stateful, "other": stateful})
	b := newBrowser(t)
	n.launch("main")
	n.launch("other")
	b.Run(chromedp.Navigate(n.url + "/#/service/00000002/state"))
	b.Run(chromedp.SendKeys(chromedp.CSS("#password"), "open sesame\r", chromedp.NodeVisible))
	b.Text("#detail h2", "main :00000002")
	b.Text("#detail .state .key", "rooms")
	b.at("#/service/00000002/state")
	b.Run(chromedp.Reload())
	b.Text("#detail .state .key", "rooms")
	b.Until(`document.title === "main :00000002 · lunarium"`)
	b.Click(`[data-tab="waits"]`)
	b.at("#/waits/service/00000002/state")
	b.Click("#detail .close")
	b.at("#/waits")
	b.Click(`[data-tab="services"]`)
	b.slash()
	b.keys("other")
	b.at("#/services?filter=other")
	b.Text("#count", "1 service")
	b.Click("#list .row")
	b.at("#/service/00000003/state?filter=other")
	b.Click("#detail .state summary")
	b.at("#/service/00000003?filter=other")
	b.Run(chromedp.Reload())
	b.Text("#detail h2", "other :00000003")
	b.Text("#count", "1 service")
	b.Run(chromedp.NavigateBack())
	b.at("#/services?filter=other")
	b.Until(`document.getElementById("detail").hidden`)
	b.Run(chromedp.NavigateBack(), chromedp.NavigateBack())
	b.at("#/waits/service/00000002/state")
	b.Text("#detail h2", "main :00000002")
	b.Run(chromedp.NavigateForward())
	b.at("#/waits")
	b.Until(`!document.getElementById("waits").hidden && document.getElementById("detail").hidden`)
	b.Run(chromedp.Evaluate[chromedp.Void](`location.hash = "#/service/000000ff"`))
	b.Text("#detail h2", ":000000ff has ended")
}

// A node that is gone is told of at once and with what was shown; one that was started anew
// is told from one that answers again.
func TestThePageTellsOfALostNode(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	b := newBrowser(t)
	n.launch("echo")
	b.Before(`{ // a WebSocket up to the number cut brings nothing
		let made = 0;
		window.WebSocket = class extends WebSocket {
			number = ++made;
			set onmessage(f) { super.onmessage = (e) => { if (f && this.number > (window.cut || 0)) f(e); }; }
		};
	}`)
	b.open(n)
	b.Text("#list .row", "echo")
	b.Run(chromedp.Evaluate[chromedp.Void](`window.cut = 1`))
	b.Text("#notice.bad", "The node gives no news. What is shown is from ")
	b.Text("#notice.good", "The node answers again")
	n.shut()
	b.Text("#notice.bad", "The node has stopped. What is shown is from ")
	b.Until(`document.body.classList.contains("stale") && document.querySelector("#list .row").textContent.includes("echo")`)
	b.enter("list")
	b.Text("#output", "the node does not answer: nothing was run")
	n.start()
	n.serve(strings.TrimPrefix(n.url, "http://"), "")
	b.Text("#notice.new", "The node was started anew")
	b.Text("#count", "0 services")
	b.Text("#output", "a new session")
	b.Run(focus("#notice button"))
	b.enterKey()
	b.Until(`document.getElementById("notice").hidden`)
	b.enter("list")
	b.Text("#output", "(none)")
}

// A browser opens six connections to a server at most for all its tabs: more tabs than that
// are live all the same.
func TestTenTabsAreLive(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	first := newBrowser(t)
	first.open(n)
	tabs := []*browser{first}
	for range 9 {
		tabs = append(tabs, &browser{first.Another()})
		tabs[len(tabs)-1].open(n)
	}
	n.launch("echo")
	for i, b := range tabs {
		b.Text("#count", "1 service")
		b.enter(fmt.Sprintf(`eval echo "tab " .. %d`, i))
	}
	for i, b := range tabs {
		b.Text("#output", fmt.Sprintf(`"tab %d"`, i))
	}
}

// Where a proxy passes no WebSockets events come as an answer that goes on.
func TestThePageNeedsNoWebSocket(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	b := newBrowser(t)
	n.launch("echo")
	b.Before(`window.WebSocket = class { constructor() { setTimeout(() => this.onclose()); } close() {} };`)
	b.open(n)
	b.Text("#list .row", "echo")
	b.enter("help quit")
	b.Text("#output", "Ends the session")
	n.shut()
	b.Text("#notice.bad", "The node has stopped.")
}

// Only the page's own requests become WebSockets.
func TestOthersOpenNoWebSocket(t *testing.T) {
	n := newNode(t, "", nil)
	p := n.open(services)
	asks := []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}
	if text := n.status(400, "GET", p.path+"/events", "", append(asks, "Origin", "http://evil.example")...); !strings.Contains(text, "no request of this page") {
		t.Error(text)
	}
	n.status(400, "GET", p.path+"/events", "", append(asks[:6:6], "Origin", n.url)...)
	answer := n.do("GET", p.path+"/events", "", append(asks, "Origin", n.url)...)
	if got := answer.Header.Get("Sec-WebSocket-Accept"); answer.StatusCode != 101 || got != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Errorf("%d, %s", answer.StatusCode, got)
	}
}
