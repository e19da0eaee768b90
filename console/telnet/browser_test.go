package telnet

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"lunarium/console/web/browsertest"
)

// TestMain ends the browser of the test that has one.
func TestMain(m *testing.M) { browsertest.Main(m) }

// refusals notes why the console refused what came.
type refusals chan string

func (r refusals) Write(b []byte) (int, error) {
	r <- string(b)
	return len(b), nil
}

// await waits for a refusal with a text.
func (r refusals) await(t *testing.T, text string) (refusal string) {
	t.Helper()
	var seen []string
	for end := bounded(t).Done(); ; {
		select {
		case refusal = <-r:
			if strings.Contains(refusal, text) {
				return refusal
			}
			seen = append(seen, refusal)
		case <-end:
			t.Fatalf("the console did not refuse with %q, but:\n%s", text, seen)
		}
	}
}

// traffic is what the console says and hears on one connection.
type traffic struct {
	*net.TCPConn
	tell chan<- part
}

// part is a part of it, with the port of the browser's end.
type part struct{ remote, what, text string }

// What the console does.
const (
	accepts = "accepts"
	says    = "says"
	hears   = "hears"
)

func (c *traffic) Write(b []byte) (int, error) {
	c.tell <- part{c.RemoteAddr().String(), says, string(b)}
	return c.TCPConn.Write(b)
}

func (c *traffic) Read(b []byte) (int, error) {
	n, err := c.TCPConn.Read(b)
	if n > 0 {
		c.tell <- part{c.RemoteAddr().String(), hears, string(b[:n])}
	}
	return n, err
}

// A page of another site makes a real browser send what it can to a console on the
// operator's machine: nothing of it is run.
func TestAForeignPageRunsNothing(t *testing.T) {
	r, log := &recorder{}, make(refusals, 1000)
	parts := make(chan part, 10_000)
	var patience atomic.Bool // whoever connects is given the time to say something
	patience.Store(true)
	s := serve(t, Config{
		Handle: r.handle, Command: r.command, Greeting: "welcome\n",
		Track: func(nc net.Conn) net.Conn {
			parts <- part{nc.RemoteAddr().String(), accepts, ""}
			return &traffic{nc.(*net.TCPConn), parts}
		},
		Logger: slog.New(slog.NewTextHandler(log, nil)),
		After: func(d time.Duration) <-chan time.Time {
			if patience.Load() {
				return nil
			}
			return atOnce(d)
		},
	})
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><title>evil</title><link rel=icon href=data:,>")
	}))
	defer page.Close()
	b := browsertest.NewOrdinary(t)
	open := func(url string) { b.Run(chromedp.Navigate(url)) }
	script := func(text string) { browsertest.Value[bool](b, "{"+text+"}; true") }
	console := "http://" + s.Addr().String()
	open(strings.Replace(page.URL, "127.0.0.1", "evil.localhost", 1))
	script(`window.send = (url, options = {}) => { fetch(url, { method: "POST", mode: "no-cors", ...options }).catch(() => 0) }
		window.lines = "\r\n\r\nlua os.execute 'evil'\r\nlist\r\n"
		window.telnet = new Blob([new Uint8Array([255, 251, 31, 255, 253, 1, 255, 253, 3]), lines])`)
	pages := "a console takes no requests from web pages"
	script(`send("` + console + `/" + "a".repeat(600000), { body: lines })`)
	log.await(t, pages)
	script(`send("` + console + `/" + "a".repeat(1100000), { body: lines })`)
	log.await(t, errLongLine.Error())
	script(`send("` + console + `", { body: telnet })`)
	log.await(t, pages)
	script(`send("` + console + `", { body: lines, headers: { "content-type": "text/plain" } })`)
	log.await(t, pages)
	script(`const form = new FormData(); form.append("a", lines); send("` + console + `", { body: form })`)
	log.await(t, pages)
	script(`new WebSocket("` + strings.Replace(console, "http", "ws", 1) + `/list")`)
	log.await(t, pages)
	script(`send("` + strings.Replace(console, "http", "https", 1) + `", { body: lines })`)
	log.await(t, errForeign.Error())
	script(`new Image().src = "` + strings.Replace(console, "127.0.0.1", "rebound.localhost", 1) + `/list"`)
	log.await(t, pages)

	// A connection that is opened before there is a request for it: the console hears
	// nothing on it at first, and then the page's request.
	preconnect := func() {
		script(`document.head.replaceChildren(); const link = document.createElement("link")
			link.crossOrigin = "anonymous"; link.rel = "preconnect"; link.href = "` + console + `"; document.head.append(link)`)
	}
	next := func(is func(part) bool) part {
		for {
			if p := receive(t, parts); is(p) {
				return p
			}
		}
	}
	late := func() { script(`send("` + console + `", { body: lines, credentials: "omit" })`) }
	for len(parts) > 0 {
		<-parts
	}
	preconnect()
	early := next(func(p part) bool { return p.what == accepts })
	late()
	first := next(func(p part) bool { return p.remote == early.remote || p.what == accepts })
	if first.what != hears || !strings.HasPrefix(first.text, "POST / HTTP/1.1\r\n") {
		t.Errorf("after %s was connected beforehand, the console %s %q from %s", early.remote, first.what, first.text, first.remote)
	}
	if refusal := log.await(t, pages); !strings.Contains(refusal, early.remote) {
		t.Errorf("another connection than %s is refused: %s", early.remote, refusal)
	}

	// And one on which the console takes the silence for a person's, and greets: a browser
	// takes another then, or comes too late.
	patience.Store(false)
	preconnect()
	next(func(p part) bool { return p.what == says && strings.HasPrefix(p.text, string(probe)) })
	for tries := 0; ; tries++ {
		late()
		refusal := receive(t, log)
		if strings.Contains(refusal, errLate.Error()) {
			break
		}
		if !strings.Contains(refusal, pages) || tries == 100 {
			t.Fatalf("after %d tries: %s", tries, refusal)
		}
	}
	if ran := r.lines(); ran != nil {
		t.Errorf("the page made the console run %q", ran)
	}
}
