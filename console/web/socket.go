package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// This file has a page's events go through a WebSocket. Browsers open six connections to a
// server at most for all of their tabs; WebSockets are not among them. The page is sent text,
// and says nothing but goodbye.

// socket is a WebSocket to a browser.
type socket struct{ conn *websocket.Conn }

const (
	writeWithin = 30 * time.Second
	lastWords   = time.Second // for a command that runs when the node stops, and for goodbye
)

// errNoSocket: the request can't become a WebSocket.
var errNoSocket = errors.New("this is no request of this page for a WebSocket")

// wantsSocket tells whether a request asks for a WebSocket.
func wantsSocket(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// openSocket makes a request's connection a WebSocket, or answers why it does not; end is
// called when the browser leaves.
func openSocket(w http.ResponseWriter, r *http.Request, end context.CancelFunc) (*socket, error) {
	// The library lets requests without an origin pass.
	if origin, err := url.Parse(r.Header.Get("Origin")); err != nil || origin.Host != r.Host {
		http.Error(w, errNoSocket.Error(), http.StatusBadRequest)
		return nil, errNoSocket
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(conn.CloseRead(context.Background()), end)
	return &socket{conn}, nil
}

// event sends an event: its name, a line's end and its data.
func (s *socket) event(e *event) error {
	data, err := json.Marshal(e.data)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), writeWithin)
	defer cancel()
	return s.conn.Write(ctx, websocket.MessageText, append([]byte(e.name+"\n"), data...))
}

// flush has nothing to do: events are sent at once.
func (s *socket) flush() error { return nil }

// close says goodbye.
func (s *socket) close() {
	defer time.AfterFunc(lastWords, func() { s.conn.CloseNow() }).Stop()
	s.conn.Close(websocket.StatusNormalClosure, "")
}
