package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"lunarium/console/access"
	"lunarium/runtime/worded"
)

// This file answers the requests of a page.

// read takes a request's JSON. Another content type is refused: a form of a
// foreign page can have none but those of forms.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		http.Error(w, "send application/json", http.StatusUnsupportedMediaType)
		return false
	}
	err := json.NewDecoder(r.Body).Decode(into)
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		http.Error(w, fmt.Sprintf("a request may have %d bytes", large.Limit), http.StatusRequestEntityTooLarge)
		return false
	}
	if err != nil {
		http.Error(w, unreadable(err), http.StatusBadRequest)
	}
	return err == nil
}

// unreadable says why a request can't be read.
func unreadable(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return "the request is empty"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the request ends in the middle of its JSON"
	case errors.As(err, &syntax):
		return fmt.Sprintf("the request is no JSON from character %d on", syntax.Offset)
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Sprintf("the request's %s may be no %s", kind.Field, kind.Value)
	case errors.As(err, &kind):
		return "the request is not an object of JSON"
	}
	return "the request can't be read: " + worded.Text(err)
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v)
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	var given struct {
		User     string `json:"user"`
		Password string `json:"password"`
	}
	if !read(w, r, &given) {
		return
	}
	who, err := s.config.Guard.Enter(r.Context(), signInKind, r.RemoteAddr, given.User, given.Password)
	switch {
	case errors.Is(err, access.ErrGuesses):
		w.Header().Set("Retry-After", "60")
		http.Error(w, worded.Text(err), http.StatusTooManyRequests)
	case err != nil:
		s.config.Logger.Warn("a wrong password was given to the web page", "from", remoteHost(r))
		http.Error(w, s.wrong(), http.StatusForbidden)
	default:
		http.SetCookie(w, s.keys.issue(r, who))
		w.WriteHeader(http.StatusNoContent)
	}
}

// wrong says that nobody is let in by what was given.
func (s *Server) wrong() string {
	if s.config.Guard.Named() {
		return "this is no user with that password"
	}
	return "this is not the password"
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	s.keys.revoke(r)
	http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/", MaxAge: -1})
	w.WriteHeader(http.StatusNoContent)
}

// opened is what a new page is told.
type opened struct {
	ID       string `json:"id"`
	Instance string `json:"instance"` // of the node: another one is one that was started anew
	Version  string `json:"version"`
	Workers  int    `json:"workers"`
	Virtual  bool   `json:"virtual"` // the node's clock moves when told
	Password bool   `json:"password"`
	User     string `json:"user"` // "": there are none
	Role     string `json:"role"` // what may be done
}

func (s *Server) openPage(w http.ResponseWriter, r *http.Request, who *access.Principal) {
	var v view
	if !read(w, r, &v) {
		return
	}
	p, ok := s.newPage(r.RemoteAddr, who)
	if !ok {
		http.Error(w, "too many pages are open", http.StatusServiceUnavailable)
		return
	}
	p.show(v)
	config := s.config.Node.Config()
	answer(w, opened{p.id, s.instance, s.config.Version, config.Workers, config.Virtual, s.config.Guard.Locked(), who.Name(), who.Role().String()})
}

func (s *Server) setView(w http.ResponseWriter, r *http.Request, p *page) {
	var v view
	if read(w, r, &v) {
		p.show(v)
		w.WriteHeader(http.StatusNoContent)
	}
}

// lineRequest is a line for the console, or the part of it before the cursor.
type lineRequest struct {
	Line string `json:"line"`
}

// readLine takes a line; what cannot be one is refused.
func readLine(w http.ResponseWriter, r *http.Request) (string, bool) {
	var given lineRequest
	if !read(w, r, &given) {
		return "", false
	}
	if !isLine(given.Line) {
		http.Error(w, "a line has no control characters", http.StatusBadRequest)
		return "", false
	}
	return given.Line, true
}

// isLine tells whether a text can be one line that somebody typed.
func isLine(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f || c == utf8.RuneError })
}

func (s *Server) enterLine(w http.ResponseWriter, r *http.Request, p *page) {
	line, ok := readLine(w, r)
	if !ok {
		return
	}
	if err := p.terminal.enter(p.ctx, line); err != nil {
		http.Error(w, worded.Text(err), http.StatusTooManyRequests)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) interrupt(w http.ResponseWriter, _ *http.Request, p *page) {
	if err := p.terminal.interrupt(); err != nil {
		http.Error(w, worded.Text(err), http.StatusTooManyRequests)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// completion is what may stand at the end of a line.
type completion struct {
	Candidates []string `json:"candidates"`
	From       int      `json:"from"`           // the byte at which the word begins
	Hint       string   `json:"hint,omitempty"` // how to call the function that is typed
}

const mostCandidates = 200

func (s *Server) complete(w http.ResponseWriter, r *http.Request, p *page) {
	line, ok := readLine(w, r)
	if !ok {
		return
	}
	c := completion(p.terminal.complete(r.Context(), line))
	c.Candidates = append([]string{}, c.Candidates[:min(len(c.Candidates), mostCandidates)]...)
	answer(w, c)
}

// picturePolicy lets a picture that is opened by itself be nothing but that.
const picturePolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

// showPicture gives a picture that the page's session has shown.
func (s *Server) showPicture(w http.ResponseWriter, r *http.Request, p *page) {
	number, err := strconv.Atoi(r.PathValue("number"))
	svg, ok := p.shown(number)
	if err != nil || !ok {
		http.Error(w, "this picture is not kept any more", http.StatusGone)
		return
	}
	w.Header().Set("Content-Security-Policy", picturePolicy)
	w.Header().Set("Content-Type", "image/svg+xml")
	io.WriteString(w, svg)
}

func (s *Server) closePage(w http.ResponseWriter, _ *http.Request, p *page) {
	p.close()
	w.WriteHeader(http.StatusNoContent)
}
