package service

import (
	"strings"
	"testing"
)

// What the node keeps of what services say has bounds of its own: log lines,
// complaints, dead letters, the places where timers were set.
func TestWhatIsKeptIsCut(t *testing.T) {
	w := newWorld(t)
	s := w.launch("hog", `local text = ... start(function() log(text) send(text, 1) end)`, strings.Repeat("é", 1000000))
	if kept := w.Logs().Last(1)[0].Text; len(kept) > mostLogText+64 || !strings.HasSuffix(kept, "é… (2000000 bytes in all)") {
		t.Errorf("%d bytes of a line are kept, the end is %q", len(kept), kept[len(kept)-40:])
	}
	if dead := w.DeadLetters().Last(1)[0]; len(dead.To) > 2*mostDeadText || len(dead.Reason) > 2*mostDeadText {
		t.Errorf("a dead letter's names have %d and %d bytes", len(dead.To), len(dead.Reason))
	}
	for i := range 3 * mostWarnings {
		s.warnOnce(strings.Repeat("x", 1000)+string(rune(i)), "")
	}
	if len(s.warned) > mostWarnings {
		t.Errorf("%d complaints are kept", len(s.warned))
	}
	for key := range s.warned {
		if len(key) > 2*mostWarning {
			t.Fatalf("a complaint's key has %d bytes", len(key))
		}
	}
}
