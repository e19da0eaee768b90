package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"lunarium/console/web/browsertest"
)

// These tests look at a service's state in the page, and set values of it.

// stateful has a state that is hard to show: keys that are no names, a cycle, many entries,
// control bytes, markup, what only a function holds.
const stateful = `local skynet = require "skynet"
local rooms = { lobby = { topic = "tea", users = { { name = "ann" } } }, ["the den"] = { topic = "<img src=x onerror=document.title='taken'>" } }
rooms.lobby.all = rooms
local login = { name = "ann", password = "hunter2", token = { "hunter2" } }
local odd = { [true] = 1, [-1.5] = "half", ["a\nb\27[31m"] = "c\0\27]0;t\7", [{}] = "key", call = function() end, none = {} }
local many = {}
for i = 1, 5000 do many[i] = { id = i } end
local deep = {}
do local at = deep; for _ = 1, 40 do at.d = {}; at = at.d end; at.d = 1 end
local function counter() local held = 7; return function() held = held + 1; return held end end
local count = counter()
skynet.start(function()
	skynet.dispatch("lua", function() return rooms, login, odd, many, deep, count() end)
end)`

// opensState opens the details of the only service, and the tree of its state.
func (b *browser) opensState() {
	b.Helper()
	b.Click("#list .row")
	b.Text("#detail dd", "none") // all is in its place
	b.Click("#detail .state summary")
	b.Text("#detail .state .key", "rooms")
}

// part gives the selector of the key or the value at a path.
func part(of, path string) string {
	return fmt.Sprintf(`#detail [data-part=%q][data-path=%s]`, of, strings.ReplaceAll(strconv.Quote(path), `\"`, `\22 `))
}

// opensPath opens the table at a path.
func (b *browser) opensPath(path string) {
	b.Helper()
	b.Click(fmt.Sprintf(`#detail .toggle:has(+ %s)`, strings.TrimPrefix(part("key", path), "#detail ")))
}

// value waits for what is shown at a path.
func (b *browser) value(path, want string) {
	b.Helper()
	b.Until(fmt.Sprintf(`document.querySelector(%q)?.textContent === %q`, part("value", path), want))
}

func TestTheStateIsATree(t *testing.T) {
	n := newNode(t, "", map[string]string{"main": stateful})
	b := newBrowser(t)
	n.launch("main")
	b.open(n)
	b.opensState()
	b.value("many", "5,000 entries")
	b.value("held", "7")
	b.opensPath("rooms")
	b.opensPath("rooms.lobby")
	b.value("rooms.lobby.topic", `"tea"`)
	b.opensPath(`rooms["the den"]`)
	b.value(`rooms["the den"].topic`, `"<img src=x onerror=document.title='taken'>"`)
	b.opensPath("rooms.lobby.all")
	b.Until(fmt.Sprintf(`!!document.querySelector(%q)`, part("key", "rooms.lobby.all.lobby")))
	b.opensPath("odd")
	b.value("odd[-1.5]", `"half"`)
	b.value("odd[true]", "1")
	b.value("odd.none", "(empty)")
	b.Text("#detail .entry", `"c\000\027]0;t\007"`)
	b.Text("#detail span.key", "[table")
	b.opensPath("many")
	b.Text("#detail .more", "100 more")
	b.Text("#detail .end", "4,900 are left")
	b.Click("#detail .more")
	b.Text("#detail .end", "4,800 are left")
	b.value("many[200]", "{id = 200}")
	path := "deep"
	for range 12 {
		b.opensPath(path)
		path += ".d"
	}
	b.value(path, "1 entry")
	if title := browsertest.Value[string](b.Browser, "document.title"); title == "taken" {
		t.Errorf("the title has become %q", title)
	}
	if path := os.Getenv("STATE_PICTURE"); path != "" {
		b.Picture(path)
	}
}

func TestValuesAreSetInPlace(t *testing.T) {
	n := newNode(t, "", map[string]string{"main": stateful})
	b := newBrowser(t)
	n.launch("main")
	b.open(n)
	b.opensState()
	b.opensPath("rooms")
	b.opensPath("rooms.lobby")
	b.Click(part("value", "rooms.lobby.topic"))
	b.active("#detail .set input")
	field := chromedp.CSS("#detail .set input")
	b.Until(`document.querySelector("#detail .set input").value === "\"tea\""`)
	b.Run(chromedp.SendKeys(field, `"tea" .. nothing`+"\r")) // in the place of the old one, which is selected
	b.Text("#detail .set .failed", "nothing")
	retype := func(text string) {
		b.Run(chromedp.Evaluate[chromedp.Void](`document.querySelector("#detail .set input").select()`), chromedp.SendKeys(field, text+"\r"))
	}
	retype("toast") // no quotes, which would set nil
	b.Text("#detail .set .failed", `toast is a variable, which may be nil; a text has quotes: "toast"`)
	retype(`"to" .. "ast"`)
	b.Text("#detail .state-note", `rooms.lobby.topic = "toast"  was "tea"`)
	b.value("rooms.lobby.topic", `"toast"`)
	b.Until(`document.querySelector("#detail .entry.changed")?.textContent === "topic\"toast\""`)
	b.active(part("value", "rooms.lobby.topic"))
	b.Run(focus(part("key", `rooms["the den"]`)))
	b.Click(part("value", `rooms["the den"]`)) // a whole table is replaced by nobody who only wants to look
	b.value(`rooms["the den"].topic`, `"<img src=x onerror=document.title='taken'>"`)
	b.Click(part("replace", `rooms["the den"]`))
	b.Until(`document.querySelector("#detail .set input").value === "{topic = \"<img src=x onerror=document.title='taken'>\"}"`)
	b.Run(chromedp.SendKeys(field, "{ 1, 2 }\r"))
	b.value(`rooms["the den"]`, "{1, 2}")
	b.Click(part("value", "rooms.lobby.topic"))
	b.Run(chromedp.SendKeys(field, "5"+kb.Escape))
	b.value("rooms.lobby.topic", `"toast"`)
	b.Text("#detail h2", "main")
	b.Run(focus("#detail button.key"))
	b.keys(kb.ArrowDown + kb.ArrowUp + kb.ArrowRight)
	b.Click(part("key", "rooms.lobby"))
	b.Text("#detail .state-note", "rooms.lobby is copied")
	if err := os.WriteFile(filepath.Join(n.dir, "main.lua"), []byte(strings.Replace(stateful, "local deep", "local added = 5\nlocal deep", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	b.enter("reload main")
	b.Text("#detail .state-note", "this is what version 2 has")
	b.enter("kill main")
	b.Text("#detail h2", "has ended")
	b.Until(`!document.querySelector("#detail .state").offsetParent`)
}

// What is seen is read again by itself, around a field that is being filled in; when that
// fails it is said how old it is.
func TestTheStateIsReadAgain(t *testing.T) {
	n := newNode(t, "", map[string]string{"main": `local skynet = require "skynet"
		count, long, kept = 0, ("x"):rep(900), { 1, { 2 } }
		skynet.start(function()
			skynet.dispatch("lua", function() count = count + 1 end)
		end)`})
	b := newBrowser(t)
	n.launch("main")
	b.open(n)
	b.Click("#list .row")
	b.Text("#detail dd", "none")
	b.Click("#detail .state summary")
	b.value("count", "0")
	b.Click(part("value", "long"))
	b.Until(`document.querySelector("#detail .set input").value.length === 902`)
	b.enter("send main 1")
	b.value("count", "1")
	b.Until(`document.querySelector("#detail .set input").value.length === 902`)
	b.Run(focus("#detail .set input"))
	b.keys(kb.Escape)
	b.opensPath("kept")
	b.Click(part("replace", "kept"))
	b.Until(`document.querySelector("#detail .set input").value === "{1, {2}}"`)
	b.Run(chromedp.Evaluate[chromedp.Void](`{ const f = fetch; window.fetch = (at, how) => (at.endsWith("/state") ? Promise.reject() : f(at, how)); }`))
	b.Text("#detail .state-age", "as it was ")
	b.Text("#detail .state-note.failed", "the node does not answer")
	b.Phone()
	checkPhone(b.Browser, "the state")
	b.Click("#detail [data-command=gc]")
	b.Text("#notice.said", "> gc :00000002") // the console is not to be seen
	b.Click("#notice button")
	b.Run(focus("#detail .close"))
	b.keys(kb.Escape)
	b.Until(`document.getElementById("detail").hidden`)
}

// signInAs fills in the form for a user whose password is the name.
func (b *browser) signInAs(n *node, name string) {
	b.Helper()
	b.Run(chromedp.Navigate(n.url))
	b.Run(chromedp.SendKeys(chromedp.CSS("#user"), name, chromedp.NodeVisible), chromedp.SendKeys(chromedp.CSS("#password"), name+"\r"))
	b.Until(`document.querySelector("#link.live")`)
}

// Who may only look is shown no field, and is refused by the node; what others set is noted.
func TestAnObserverSetsNothing(t *testing.T) {
	n, _, log := forUsers(t, map[string]string{"ann": "operator", "kim": "observer"})
	if err := os.WriteFile(filepath.Join(n.dir, "main.lua"), []byte(stateful), 0o600); err != nil {
		t.Fatal(err)
	}
	s := n.launch("main")
	b := newBrowser(t)
	b.signInAs(n, "kim")
	b.Text("#who", "kim, observer")
	b.opensState()
	b.Text("#detail .value span", "5,000 entries")
	if buttons := browsertest.Value[int](b.Browser, `document.querySelectorAll("#detail .value button, #detail [data-command]:not([hidden])").length - document.querySelectorAll("#detail [data-command]").length`); buttons != 0 {
		t.Errorf("%d values can be pressed", buttons)
	}
	body := fmt.Sprintf(`{"service": %d, "path": "rooms.lobby.topic", "value": "1"}`, s.Address())
	kim := n.open(services, "Cookie", n.cookie("kim"))
	if text := kim.post(200, "set", body); !strings.Contains(text, `"failed":true`) || !strings.Contains(text, "an observer may not run set") {
		t.Error(text)
	}
	ann := n.open(services, "Cookie", n.cookie("ann"))
	if text := ann.post(200, "set", body); !strings.Contains(text, `"failed":false`) {
		t.Error(text)
	}
	ann.post(204, "line", `{"line": "role observer"}`)
	ann.await("output", "operator if you say so")
	if text := ann.post(200, "set", body); !strings.Contains(text, "an observer may not run set") {
		t.Errorf("who has given away the role: %s", text)
	}
	for path, want := range map[string]string{"": "login", "login": "•••", "login.password": `"rows":[]`, "login.token": `"rows":[]`} {
		asked := fmt.Sprintf(`{"service": %d, "path": %q, "most": 100}`, s.Address(), path)
		if text := kim.post(200, "state", asked); strings.Contains(text, "hunter2") || !strings.Contains(text, want) {
			t.Errorf("who may only look sees %s", text)
		}
		if text := ann.post(200, "state", asked); strings.Contains(text, "•••") {
			t.Errorf("an operator sees %s", text)
		}
	}
	for _, lacks := range []string{`"path": "", "value": "1"`, `"path": "held", "value": " "`, `"path": "a..b", "value": "1"`, `"path": "held", "value": "1\n2"`} {
		ann.post(400, "set", fmt.Sprintf(`{"service": %d, %s}`, s.Address(), lacks))
	}
	noted, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"user":"kim","role":"observer","session":2,"kind":"page"`, `"msg":"change ended","user":"ann","role":"operator","session":3,"kind":"page"`} {
		if !strings.Contains(string(noted), want) {
			t.Errorf("no %s is noted in\n%s", want, noted)
		}
	}
}

// cookie signs in a user whose password is the name.
func (n *node) cookie(name string) string {
	n.Helper()
	response := n.do("POST", "/sign-in", fmt.Sprintf(`{"user": %q, "password": %[1]q}`, name))
	cookie, _, _ := strings.Cut(response.Header.Get("Set-Cookie"), ";")
	return cookie
}
