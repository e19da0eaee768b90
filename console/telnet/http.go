package telnet

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"lunarium/console/access"
	"lunarium/runtime/netguard"
	"lunarium/runtime/worded"
)

// This file answers commands that come over HTTP.

// maxRequest bounds a request's header and body.
const maxRequest = 1 << 20

// refusal is why a request is not served.
type refusal struct {
	status int
	text   string
}

func (r *refusal) Error() string { return r.text }

// exchange is a client that has sent a request.
type exchange struct {
	conn   *Conn
	guest  *netguard.Guest
	inTime func() // the request has come
}

// serveHTTP answers one request: GET /list, or a POST whose body is a command.
// A web page must not be able to make a browser send one: a page's requests carry
// Origin or Sec-Fetch-Site, or, after the page's own name was made to mean
// this machine, a Host that is not this one.
func (s *Server) serveHTTP(ctx context.Context, e *exchange) {
	c := e.conn
	c.mu.Lock()
	c.answering = true
	c.mu.Unlock()
	in := bufio.NewReader(io.LimitReader(c, maxRequest))
	req, err := http.ReadRequest(in)
	status, text := http.StatusBadRequest, ""
	if err == nil {
		text, err = s.answer(ctx, e, req)
		status = statusOf(err)
	} else {
		err = fmt.Errorf("this is no HTTP request: %w", err)
	}
	if over := context.Cause(ctx); errors.Is(over, errTurnedOut) || errors.Is(over, errTooSlow) {
		status, err = http.StatusServiceUnavailable, over
	}
	if status != http.StatusOK && status != http.StatusUnprocessableEntity { // whose text is the command's
		text = worded.Text(err)
		s.log.Warn("console refused an HTTP request", "remote", c.RemoteAddr(), "reason", text)
	}
	_, _ = c.Write(responseHTTP(status, text, req != nil && req.Method == http.MethodHead))
}

// statusOf gives the status of a response by the error of its command.
func statusOf(err error) int {
	var refused *refusal
	switch {
	case err == nil:
		return http.StatusOK
	case errors.As(err, &refused):
		return refused.status
	case errors.Is(err, ErrChanges):
		return http.StatusMethodNotAllowed
	}
	return http.StatusUnprocessableEntity
}

func (s *Server) answer(ctx context.Context, e *exchange, req *http.Request) (string, error) {
	if s.cfg.Command == nil {
		return "", &refusal{http.StatusNotFound, "this console takes no commands over HTTP"}
	}
	if err := fromPage(req, e.conn.nc.LocalAddr(), s.cfg.Guard.Locked()); err != nil {
		return "", err
	}
	who, err := s.authorize(ctx, e, req)
	if err != nil {
		return "", err
	}
	if err := s.admit(e.conn, e.guest); err != nil {
		return "", &refusal{http.StatusServiceUnavailable, worded.Text(err)}
	}
	line, err := commandLine(req)
	if err != nil {
		return "", err
	}
	e.inTime()
	accept := req.Header.Get("Accept")
	return s.cfg.Command(ctx, Request{
		Line: line, Reads: req.Method != http.MethodPost,
		JSON: strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/plain"),
		From: e.conn.RemoteAddr().String(), Who: who,
	})
}

// fromPage refuses requests that a web page may have caused. Where a password is asked for,
// the console may have any name: a page that gives it one of its own knows no password.
func fromPage(req *http.Request, local net.Addr, locked bool) error {
	site := req.Header.Get("Sec-Fetch-Site")
	switch {
	case req.Header.Get("Origin") != "", req.Header.Get("Referer") != "", site != "" && site != "none":
		return &refusal{http.StatusForbidden, "a console takes no requests from web pages"}
	case !locked && req.Host != "" && !ownHost(req.Host, local):
		return &refusal{http.StatusMisdirectedRequest, "a request to this console names its address or localhost as Host, not " + req.Host}
	}
	return nil
}

// ownHost tells whether a Host header means this listener: by its own address
// or as a loopback. A name that somebody else can give this address is none.
func ownHost(host string, local net.Addr) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.Trim(name, "[]")
	if strings.EqualFold(name, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(name)
	if err != nil {
		return false
	}
	if ip.Unmap().IsLoopback() {
		return true
	}
	own, err := netip.ParseAddrPort(local.String())
	return err == nil && own.Addr().Unmap() == ip.Unmap()
}

// authorize demands the console's password, if it has one, by Basic authentication, with the name
// of a user where there are users. A wrong one is answered slowly.
func (s *Server) authorize(ctx context.Context, e *exchange, req *http.Request) (*access.Principal, error) {
	if !s.cfg.Guard.Locked() {
		return s.cfg.Guard.Enter(ctx, httpKind, "", "", "")
	}
	asks := "this console asks for a password, as that of Basic authentication"
	if s.cfg.Guard.Named() {
		asks = "this console asks for a user and password, as those of Basic authentication"
	}
	name, password, ok := req.BasicAuth()
	if !ok {
		return nil, &refusal{http.StatusUnauthorized, asks}
	}
	who, err := s.cfg.Guard.Enter(ctx, httpKind, e.conn.RemoteAddr().String(), name, password)
	switch {
	case errors.Is(err, access.ErrWrong):
		select {
		case <-s.cfg.After(s.cfg.PasswordDelay):
		case <-ctx.Done():
		}
		return nil, &refusal{http.StatusUnauthorized, asks}
	case errors.Is(err, access.ErrGuesses):
		return nil, &refusal{http.StatusTooManyRequests, worded.Text(err)}
	}
	return who, err
}

// httpKind is how clients come that send a request, for the audit log.
const httpKind = "http"

// commandLine gives the command of a request: its path, with blanks for
// slashes, or its body.
func commandLine(req *http.Request) (string, error) {
	line := ""
	switch req.Method {
	case http.MethodGet, http.MethodHead:
		words := strings.Split(strings.Trim(req.URL.EscapedPath(), "/"), "/")
		for i, word := range words {
			unescaped, err := url.PathUnescape(word)
			if err != nil {
				return "", &refusal{http.StatusBadRequest, worded.Text(err)}
			}
			words[i] = unescaped
		}
		line = strings.Join(words, " ")
	case http.MethodPost:
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return "", &refusal{http.StatusBadRequest, "reading the body: " + worded.Text(err)}
		}
		line = string(body)
	default:
		return "", &refusal{http.StatusMethodNotAllowed, "GET /COMMAND asks, POST with a command as its body does"}
	}
	line = strings.TrimSpace(line)
	switch {
	case line == "":
		return "", &refusal{http.StatusBadRequest, "there is no command; GET /help lists them"}
	case strings.ContainsAny(line, "\r\n\x00"):
		return "", &refusal{http.StatusBadRequest, "one request is one command, on one line"}
	}
	return line, nil
}
