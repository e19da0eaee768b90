package web_test

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"lunarium/console/web"
)

// Clients that send a byte of their header now and then, and never all of it, are
// cut off; others are served meanwhile.
func TestSlowClientsAreCutOff(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for slow clients")
	}
	n := newNode(t, "", nil)
	first := n.shut
	n.serveWith(web.Config{Address: "127.0.0.1:0", HeaderTime: 2 * time.Second})
	second := n.shut
	n.shut = func() { second(); first() }
	p := n.open(services) // before, as its connections are to last
	cut := make(chan struct{}, 50)
	var slow []net.Conn
	for range cap(cut) {
		conn, err := net.Dial("tcp", strings.TrimPrefix(n.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		slow = append(slow, conn)
		io.WriteString(conn, "GET / HTTP/1.1\r\nHost: ")
		go func() {
			answer, _ := io.ReadAll(conn)
			if len(answer) > 0 {
				t.Errorf("a slow client gets %q", answer)
			}
			cut <- struct{}{}
		}()
	}
	for left := len(slow); left > 0; {
		select {
		case <-cut:
			left--
		default:
			for _, conn := range slow {
				conn.Write([]byte("x")) // the server may have closed it
			}
			p.post(204, "view", services)
		}
	}
	p.post(204, "line", `{"line": "list"}`)
	p.await("output", "none")
}
