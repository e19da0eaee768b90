package web_test

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"lunarium/console/web/browsertest"
)

// These tests look in the page at who waits for whom, at errors, and at what a service has
// taken.

// troubled gives two services that wait for each other, one that waits for them, and one that
// fails with markup in its variables.
func troubled(t *testing.T) *browser {
	const asks = `local skynet = require "skynet"
		local lock = require "skynet.queue" ()
		local other = ...
		skynet.start(function()
			skynet.register(SERVICE_NAME:upper())
			skynet.dispatch("lua", function(_, _, command)
				if command == "go" then return skynet.retpack(lock(skynet.call, other, "lua", "go")) end
				skynet.retpack(command)
			end)
		end)`
	const fails = `local skynet = require "skynet"
		local function divide(a, by) if by == 0 then error("nothing is divided by <b>" .. by .. "</b>") end return a / by end
		skynet.start(function()
			skynet.dispatch("lua", function(_, _, command, a, by)
				local half = "<img src=x onerror=document.title='taken'>"
				skynet.retpack(divide(a, by), half)
			end)
		end)`
	n := newNode(t, "", map[string]string{"left": asks, "right": asks, "third": asks, "fails": fails})
	n.SetRecorder(16)
	b := newBrowser(t)
	n.launch("left", "RIGHT")
	n.launch("right", "LEFT")
	n.launch("third", "RIGHT")
	n.launch("fails")
	b.open(n)
	return b
}

func TestDeadlocksAreSeenFirst(t *testing.T) {
	b := troubled(t)
	b.Click(`[data-tab="waits"]`)
	b.Text("#no-waits", "Nobody waits for a service.")
	b.enter(`send left "go"`)
	b.enter(`send third "go"`)
	b.Text("#waits-list .deadlock h3", "deadlock: LEFT -> RIGHT -> LEFT")
	b.Text("#waits-count", "1 deadlock")
	b.Text("#waits-list .waits p", "2 wait for it")
	b.Text("#waits-list .wait", `"go" from the console at left.lua:7 calls RIGHT "go" for`)
	b.Text("#waits-list .wait", "third.lua:7")
	if path := os.Getenv("WAITS_PICTURE"); path != "" {
		b.Picture(path)
	}
	b.Run(focus("#waits-list a"))
	b.enterKey()
	b.Text("#detail h2", "LEFT :00000002")
	b.keys(kb.Escape)
	b.Text("#waits-list .deadlock code", "killtask ")
	b.Click("#waits-list .deadlock button")
	b.Text(".ask p", "End the deadlock with killtask ")
	b.Click(`.ask [value="yes"]`)
	b.Text("#output", " killed")
	b.enter("kill right") // with the message that waited, which begins the next one
	b.Text("#no-waits", "Nobody waits")
	b.Until(`!document.querySelector("#waits-list .deadlock")`)
}

func TestCrashesAreOpened(t *testing.T) {
	b := troubled(t)
	b.Click(`[data-tab="crashes"]`)
	b.Text("#no-crashes", "No error was left uncaught.")
	b.enter(`send fails "half", 7, 0`)
	b.Text("#crash-list .crash-head", "nothing is divided by <b>0</b>")
	b.enter(`send fails "half", 8, 0`)
	b.Text("#crash-list .times", "2 ×")
	b.Run(focus("#crash-list .crash-head"))
	b.enterKey()
	b.Text("#crash-list pre", "a   8")
	b.Text("#crash-list pre", "in       fails :00000005, task")
	b.Text("#crash-list pre", `message  lua from the console: "half", 8, 0; waited`)
	b.Click("#crash-list .actions button")
	b.Text("#crash-list pre", "a   7")
	if path := os.Getenv("CRASHES_PICTURE"); path != "" {
		b.Picture(path)
	}
	if title := browsertest.Value[string](b.Browser, "document.title"); title == "taken" {
		t.Errorf("the title has become %q", title)
	}
	b.Click("#forget")
	b.Text(".ask p", "Forget all errors")
	b.Click(`.ask [value="yes"]`)
	b.Text("#no-crashes", "No error was left uncaught.")
	b.Until(`!document.querySelector("#crash-list .crash")`)
}

func TestWhatAServiceHasTaken(t *testing.T) {
	b := troubled(t)
	b.enter(`call left "tea"`)
	b.enter(`call fails "half", 7, 0`)
	b.Run(focus(`#list .row`))
	b.enterKey()
	b.Text("#detail h2", "LEFT")
	b.Text("#detail dd", "LEFT")
	b.Click("#detail .messages summary")
	b.Text("#detail .message", `the consolelua"tea"`)
	b.Text("#detail .message", `→ "tea"`)
	b.enter(`call left "more tea"`)
	b.Text("#detail .message:first-child", `"more tea"`)
	b.Click(`#list .row:nth-of-type(5)`)
	b.Text("#detail .message .red", "error: ")
	b.Text("#detail .message .red", "nothing is divided by")
}

// What the lists show can be read and pressed on a telephone.
func TestThePhonesTargetsInTheLists(t *testing.T) {
	b := troubled(t)
	b.enter(`send left "go"`)
	b.enter(`send fails "half", 8, 0`)
	b.Phone()
	b.Click(`[data-tab="waits"]`)
	b.Text("#waits-list .deadlock h3", "deadlock: LEFT -> RIGHT -> LEFT")
	checkPhone(b.Browser, "waits")
	b.Click(`[data-tab="crashes"]`)
	b.Click("#crash-list .crash-head")
	b.Text("#crash-list pre", "message")
	checkPhone(b.Browser, "crashes")
	b.Click(`[data-tab="services"]`)
	b.Run(focus("#list .row:last-child"))
	b.enterKey()
	b.Text("#detail h2", "fails")
	b.Text("#detail dd", "none")
	b.Click("#detail .messages summary")
	b.Text("#detail .message .red", "error: ")
	checkPhone(b.Browser, "messages")
}
