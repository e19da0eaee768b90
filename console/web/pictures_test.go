package web_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

var pictures = flag.String("pictures", "", "directory to write the documentation's pictures into")

// The node of the pictures: rooms, people who talk in them, a service that
// computes, and one that does not keep up.
const (
	pictureStart = `local skynet = require "skynet"
		skynet.start(function()
			skynet.newservice("chat_room_service")
			for id = 1, 40 do skynet.newservice("chat_user", id) end
			skynet.newservice("ranking")
			skynet.newservice("archive")
			local names = {"ann", "bob", "cleo", "dan", "eve", "fay", "gil", "hana"}
			local words = {"hello", "tea?", "who is in?", "my turn", "good game", "see you"}
			for id = 1, 40 do
				skynet.call("CHAT_ROOM_SERVICE", "lua", "join", id, id % 3 == 0 and "lobby" or "arena", names[id % #names + 1])
			end
			skynet.fork(function()
				local turn = 0
				while true do
					turn = turn + 1
					for _ = 1, 20 + 15 * math.sin(turn / 9) do
						skynet.call("CHAT_ROOM_SERVICE", "lua", "message", math.random(40), words[math.random(#words)])
					end
					skynet.send("ARCHIVE", "lua", "store", turn)
					skynet.send("RANKING", "lua", "match", turn)
					if turn % 40 == 0 then skynet.error("the lobby has seen " .. turn .. " rounds") end
					skynet.sleep(5)
				end
			end)
			skynet.register("DIRECTOR")
		end)`
	pictureRanking = `local skynet = require "skynet"
		local scores = {}
		skynet.start(function()
			skynet.dispatch("lua", function(_, _, _, turn)
				for i = 1, 3000 do scores[i] = (scores[i] or 1000) * 0.999 + math.random(5) end
				if turn % 60 == 0 then skynet.error("the table was sorted; first is player " .. math.random(40)) end
			end)
			skynet.register("RANKING")
		end)`
	pictureArchive = `local skynet = require "skynet"
		local queue = require "skynet.queue" ()
		local stored = {}
		skynet.start(function()
			skynet.dispatch("lua", function(_, _, _, turn)
				queue(function()
					skynet.sleep(6)
					stored[#stored + 1] = {turn = turn, text = ("message "):rep(20)}
				end)
			end)
			skynet.register("ARCHIVE")
		end)`
)

// TestPictures makes the documentation's pictures, when asked to.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("pictures are made with -pictures DIR")
	}
	directory, err := filepath.Abs(*pictures)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"director": pictureStart, "ranking": pictureRanking, "archive": pictureArchive}
	for _, name := range []string{"chat_room_service", "chat_user"} {
		source, err := os.ReadFile("../../testdata/services/" + name + ".lua")
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(source)
	}
	t.Chdir(t.TempDir()) // the page names files as they were found
	n := newNodeIn(t, ".", "", files)
	n.launch("director")
	b := newBrowser(t)
	b.Run(chromedp.EmulateViewport(1280, 860))
	b.Scheme("dark")
	b.open(n)
	b.Click("#head span:first-child button")
	b.Text("#list .row", "CHAT_ROOM_SERVICE")
	b.enter(`call CHAT_ROOM_SERVICE "leev", 1`)
	b.enter("dump CHAT_ROOM_SERVICE users[1]")
	b.enter(`timers`)
	b.Text("#output", "SET AT")
	b.Run(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll("#list .row")].find(r => r.textContent.includes("ARCHIVE")).click()`))
	b.Until(`document.querySelectorAll("#detail .task").length > 0`)
	b.Until(`document.querySelector(".charts .chart-line").getAttribute("d").split("L").length > 14`)
	b.Picture(filepath.Join(directory, "web-dark.png"))
	b.Run(chromedp.Navigate(n.url + "/#/service/00000003/state?sort=name"))
	b.Text("#detail .state .key", "users")
	b.opensPath("users")
	b.opensPath("users[2]")
	b.Click(part("value", "users[2].name"))
	b.Until(`document.querySelector("#detail .set input").value === "\"cleo\""`)
	b.Picture(filepath.Join(directory, "web-state.png"))
	b.Click("#detail .close")
	b.Click(`[data-tab="logs"]`)
	b.Scheme("light")
	b.Until(`document.querySelectorAll("#log-rows .log").length > 3`)
	b.Picture(filepath.Join(directory, "web-logs.png"))
	b.Click(`[data-tab="services"]`)
	b.Phone()
	b.Until(`document.querySelectorAll("#list .row").length > 5 && innerWidth < 400`)
	b.Picture(filepath.Join(directory, "web-phone.png"))
	b.Scheme("dark")
	b.Run(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll("#list .row")].find(r => r.textContent.includes("ARCHIVE")).click()`))
	b.Until(`document.querySelector(".charts .chart-line").getAttribute("d").split("L").length > 6`)
	b.Picture(filepath.Join(directory, "web-phone-service.png"))
}
