package web_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"lunarium/console/access"
	"lunarium/console/web"
)

// Idle connections take the room of none that has given the password.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	n := newNode(t, "secret", nil)
	former := n.shut
	n.serveWith(web.Config{Address: "127.0.0.1:0", Guard: access.OnePassword([]byte("secret"), nil), HeaderTime: time.Hour}) // no header is slow
	latter := n.shut
	n.shut = func() { latter(); former() }
	address := strings.TrimPrefix(n.url, "http://")
	first, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	for range 120 {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	first.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := io.ReadAll(first); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection that has waited longest keeps its place")
	}
	if got := n.do("POST", "/sign-in", `{"password":"secret"}`, "Content-Type", "application/json"); got.StatusCode != http.StatusNoContent {
		t.Errorf("signing in: %s", got.Status)
	}
}
