package console

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
)

// A character that is written byte by byte is one; colours are the session's alone.
func TestScreen(t *testing.T) {
	var out, copied strings.Builder
	s := NewScreen(&out)
	s.Copy(&copied)
	for _, b := range []byte("ü漢") {
		s.Services().Write([]byte{b})
	}
	io.WriteString(s, "\xe6\xbc")
	io.WriteString(s, "a\x1b[31m")
	s.paint(true)
	io.WriteString(s, "\x1b[31mred\x1b[0m\x1b]0;t\x07")
	io.WriteString(s.Services(), "\x1b[31mred")
	safe := `ü漢\230\188a\027[31m` + "\x1b[31mred\x1b[0m" + `\027]0;t\007\027[31mred`
	if out.String() != safe || copied.String() != safe {
		t.Errorf("shown: %q\ncopied: %q", out.String(), copied.String())
	}
	out.Reset()
	io.WriteString(s.Raw(), "\x1b[31m\xff")
	if out.String() != "\x1b[31m\xff" || copied.String() != safe+`\027[31m\255` {
		t.Errorf("raw: %q\ncopied: %q", out.String(), copied.String())
	}
}

// What others write while an answer is written in parts comes after it; of very much,
// who writes waits.
func TestAnAnswerInPartsIsOnePiece(t *testing.T) {
	var out bytes.Buffer
	screen := NewScreen(&out)
	answer := screen.beginWhole()
	answer.Write([]byte("one "))
	screen.Services().Write([]byte("log\n"))
	screen.Raw().Write([]byte("print\n"))
	written := make(chan struct{})
	much := strings.Repeat("x", mostBehind)
	go func() {
		defer close(written)
		screen.Write([]byte(much))
	}()
	second := make(chan *whole)
	go func() { second <- screen.beginWhole() }()
	answer.Write([]byte("piece\n"))
	select {
	case <-written:
		t.Error("much more was written than is kept")
	case <-second:
		t.Error("two answers at a time")
	case <-time.After(10 * time.Millisecond):
	}
	answer.Close()
	(<-second).Close()
	<-written
	if got := out.String(); !strings.HasPrefix(got, "one piece\nlog\nprint\n") || !strings.HasSuffix(got, much) {
		t.Errorf("%.80q", got)
	}
}
