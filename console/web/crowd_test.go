package web_test

import (
	"bufio"
	"encoding/json"
	"io"
	"testing"
)

// Pages that nobody looks at make room for new ones, the one that was left first; those
// with a stream stay.
func TestUnseenPagesMakeRoom(t *testing.T) {
	n := newNode(t, "", nil)
	seen := n.open(services)
	seen.await("node", "services")
	var unseen []string
	for range 120 {
		var opened struct{ ID string }
		if err := json.Unmarshal([]byte(n.status(200, "POST", "/page", services)), &opened); err != nil {
			t.Fatal(err)
		}
		unseen = append(unseen, "/page/"+opened.ID+"/view")
	}
	for i, path := range unseen {
		want := 204
		if i < 21 { // 99 have room beside the one that is seen
			want = 410
		}
		n.status(want, "POST", path, services)
	}
	seen.post(204, "line", `{"line": "help quit"}`)
	seen.await("output", "Ends the session")
}

// When all pages are looked at, another one is refused.
func TestSeenPagesStay(t *testing.T) {
	n := newNode(t, "", nil)
	for range 100 {
		n.open(services).await("node", "services")
	}
	n.status(503, "POST", "/page", services)
}

// A page has a few streams at most; the oldest one ends.
func TestStreamsOfAPageAreFew(t *testing.T) {
	n := newNode(t, "", nil)
	p := n.open(services)
	p.await("node", "services")
	oldest := p.events
	for range 3 {
		p.events = bufio.NewReader(n.do("GET", p.path+"/events", "").Body)
		p.await("node", "services")
	}
	if _, err := io.Copy(io.Discard, oldest); err != nil {
		t.Errorf("the oldest stream: %v", err)
	}
	p.post(204, "line", `{"line": "help quit"}`) // the page stays; any of its streams gets the output
}
