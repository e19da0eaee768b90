package worded

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestText(t *testing.T) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		err  error
		want string
	}{
		{context.DeadlineExceeded, "it took too long"},
		{fmt.Errorf("a: %w; b", context.Canceled), "a: it was interrupted; b"},
		{fmt.Errorf("x: %w: %w", io.EOF, context.DeadlineExceeded), "x: the other side closed the connection: it took too long"},
		{errors.Join(io.EOF, io.ErrUnexpectedEOF), "the other side closed the connection\nthe data broke off"},
		{fmt.Errorf("no service EOF: %w", errors.New("context canceled is no service")), "no service EOF: context canceled is no service"},
		{errors.New("the file EOF"), "the file EOF"},
		{errors.New("failed: write: EOF"), "failed: write: the other side closed the connection"},
		{&net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}, "dial tcp: no answer in time"},
		{ended.Err(), "it was interrupted"},
		{sql.ErrConnDone, "the connection is closed"},
		{driver.ErrBadConn, "the connection was lost"},
		{sql.ErrTxDone, "the transaction is over"},
		{http.ErrServerClosed, "the server is closed"},
		{urlError("http://x/\n"), `parse "http://x/\n": a control character is in it`},
	} {
		if got := Text(c.err); got != c.want {
			t.Errorf("%q: got %q, want %q", c.err, got, c.want)
		}
	}
}

// TestTextOfReal words the errors that the libraries really give.
func TestTextOfReal(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
	real := map[string]error{}
	_, real["an HTTP server that hangs up"] = http.Get("http://" + listener.Addr().String())
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadDeadline(time.Unix(1, 0))
	_, real["a deadline"] = conn.Read(make([]byte, 1))
	conn.Close()
	_, real["a closed connection"] = conn.Read(make([]byte, 1))
	listener.Close()
	_, real["a closed listener"] = listener.Accept()
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	_, real["a closed file"] = file.Read(make([]byte, 1))
	_, real["data that broke off"] = gzip.NewReader(bytes.NewReader([]byte{0x1f, 0x8b, 8}))
	over, cancel := context.WithDeadline(context.Background(), time.Unix(1, 0))
	defer cancel()
	_, real["a dial that took too long"] = (&net.Dialer{}).DialContext(over, "tcp", "127.0.0.1:1")
	for what, err := range real {
		if err == nil {
			t.Errorf("%s gives no error", what)
			continue
		}
		text := Text(err)
		for phrase := range plain {
			if strings.Contains(text, phrase) {
				t.Errorf("%s: %q says %q", what, text, phrase)
			}
		}
	}
}

func urlError(text string) error {
	_, err := url.Parse(text)
	return err
}
