package telnet

import (
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"lunarium/console/web/browsertest"
)

// refusals notes why the console refused what came.
type refusals struct {
	mu   sync.Mutex
	text strings.Builder
}

func (r *refusals) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

func (r *refusals) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// await waits for a refusal with a text, and forgets all.
func (r *refusals) await(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		r.mu.Lock()
		seen := r.text.String()
		if strings.Contains(seen, text) {
			r.text.Reset()
			r.mu.Unlock()
			return
		}
		r.mu.Unlock()
		if time.Now().After(end) {
			t.Fatalf("the console did not refuse with %q, but:\n%s", text, seen)
		}
	}
}

// greeted tells when the console greets a client that has said nothing.
type greeted struct {
	*net.TCPConn
	silent chan<- bool
}

func (g *greeted) Write(b []byte) (int, error) {
	if bytes.HasPrefix(b, []byte("welcome")) {
		select {
		case g.silent <- true:
		default:
		}
	}
	return g.TCPConn.Write(b)
}

// A page of another site makes a real browser send what it can to a console on the
// operator's machine: nothing of it is run.
func TestAForeignPageRunsNothing(t *testing.T) {
	r, log := &recorder{}, &refusals{}
	silent := make(chan bool, 1)
	var patience atomic.Bool // whoever connects is given the time to say something
	patience.Store(true)
	s := serve(t, Config{
		Handle: r.handle, Command: r.command, Greeting: "welcome\n",
		Track:  func(nc net.Conn) net.Conn { return &greeted{nc.(*net.TCPConn), silent} },
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
	b := browsertest.New(t)
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

	// Connections that were opened before there was a request for them: the console has
	// greeted before the request comes, unless the browser takes another.
	patience.Store(false)
	script(`const link = document.createElement("link"); link.rel = "preconnect"; link.href = "` + console + `"; document.head.append(link)`)
	select {
	case <-silent:
	case <-time.After(30 * time.Second):
		t.Fatal("the browser opens no connection beforehand")
	}
	late := func() bool { return strings.Contains(log.String(), errLate.Error()) }
	for tries := 0; !late(); tries++ {
		if tries == 100 {
			t.Fatalf("no request comes late:\n%s", log)
		}
		script(`send("` + console + `", { body: lines, credentials: "include" })`)
		for end := time.Now().Add(300 * time.Millisecond); !late() && time.Now().Before(end); {
			time.Sleep(5 * time.Millisecond)
		}
	}
	if ran := r.lines(); ran != nil {
		t.Errorf("the page made the console run %q", ran)
	}
}
