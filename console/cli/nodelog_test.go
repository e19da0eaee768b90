package cli

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"testing"
	"testing/slogtest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What the node says of itself has the escapes that everything has.
func TestNodeLogHasOneNotation(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(newNodeLog(&out, slog.LevelWarn)).With("part", "a\tb").WithGroup("console")
	log.Info("not written")
	log.Warn("text\x1b[2J", "remote", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 7}, "try", 2, "error", errors.New("a\nb \"c\" \xff"),
		"plain", "ünï", "none", "", "split", "a=b", slog.Group("at", "since", time.Second))
	_, line, _ := bytes.Cut(out.Bytes(), []byte(" "))
	const want = `level=WARN msg="text\027[2J" part="a\tb" console.remote=127.0.0.1:7 console.try=2` +
		` console.error="a\nb \"c\" \255" console.plain=ünï console.none="" console.split="a=b" console.at.since=1s` + "\n"
	if diff := cmp.Diff(want, string(line)); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
}

// It does what slog asks of handlers.
func TestNodeLogIsAHandler(t *testing.T) {
	var out *bytes.Buffer
	slogtest.Run(t, func(*testing.T) slog.Handler {
		out = &bytes.Buffer{}
		return newNodeLog(out, slog.LevelDebug)
	}, func(t *testing.T) map[string]any {
		fields := map[string]any{}
		for _, word := range bytes.Fields(out.Bytes()) {
			key, value, _ := bytes.Cut(word, []byte("="))
			into, path := fields, bytes.Split(key, []byte("."))
			for _, name := range path[:len(path)-1] {
				if into[string(name)] == nil {
					into[string(name)] = map[string]any{}
				}
				into = into[string(name)].(map[string]any)
			}
			into[string(path[len(path)-1])] = string(value)
		}
		return fields
	})
}
