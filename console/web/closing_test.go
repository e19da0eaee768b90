package web

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
)

// No request that comes after the end of a page finds it.
func TestAClosedPageIsNotFound(t *testing.T) {
	s, err := Listen(Config{Node: newBareNode(t), Address: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.listener.Close()
	defer s.Close(t.Context())
	p, _ := s.newPage("", nil)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // what close leaves to other goroutines comes later
	p.close()
	answer := httptest.NewRecorder()
	s.routes().ServeHTTP(answer, httptest.NewRequest("POST", "/page/"+p.id+"/line", strings.NewReader(`{"line": "help"}`)))
	if answer.Code != http.StatusGone {
		t.Errorf("a line for a closed page: %d %s", answer.Code, answer.Body)
	}
}
