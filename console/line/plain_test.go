package line

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPlainLines(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"lf", "a\nb\n", []string{"a", "b"}},
		{"crlf", "a\r\nb\r\n", []string{"a", "b"}},
		{"cr nul", "a\r\x00b\r\x00", []string{"a", "b"}},
		{"cr", "a\rb", []string{"a", "b"}},
		{"empty lines", "\n\r\n\na", []string{"", "", "", "a"}},
		{"no end", "a\nb", []string{"a", "b"}},
		{"any bytes", "\xff\x00\x1b\n", []string{"\xff\x00\x1b"}},
		{"too long", strings.Repeat("x", 3*MaxLine) + "\nlist\n", []string{ErrLineTooLong.Error(), "list"}},
		{"too long at the end", strings.Repeat("x", MaxLine+1), []string{ErrLineTooLong.Error()}},
		{"just fits", strings.Repeat("x", MaxLine) + "\n", []string{strings.Repeat("x", MaxLine)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := NewPlain(PlainOptions{In: iotestReader{strings.NewReader(tt.in)}, Out: io.Discard})
			defer p.Close()
			var got []string
			for len(got) < 10 {
				s, err := p.ReadLine("> ")
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					s = err.Error()
				}
				got = append(got, s)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The rest of a line's end is no further line.
func TestPlainMore(t *testing.T) {
	in, out := io.Pipe()
	p := NewPlain(PlainOptions{In: in, Out: io.Discard})
	defer p.Close()
	go io.WriteString(out, "watch\r")
	read := func(want string) {
		t.Helper()
		if got, err := p.ReadLine(""); err != nil || got != want {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
	read("watch")
	more := p.More()
	io.WriteString(out, "\n") // when this has been read, it has been looked at or is
	select {
	case <-more:
		t.Error("the end of the line counts as more")
	default:
	}
	go io.WriteString(out, "list\n")
	<-more
	read("list")
	more = p.More()
	out.Close()
	<-more
	if _, err := p.ReadLine(""); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v", err)
	}
}

// iotestReader gives a line to many reads, as a network does.
type iotestReader struct{ r io.Reader }

func (r iotestReader) Read(p []byte) (int, error) { return r.r.Read(p[:min(len(p), 1000)]) }

func TestPlainOutput(t *testing.T) {
	var out bytes.Buffer
	p := NewPlain(PlainOptions{In: strings.NewReader("list\n"), Out: &out, Prompt: true, CRLF: true})
	defer p.Close()
	if _, err := p.ReadLine("> "); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(p.Writer(), "a\nb\r\n"); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "> a\r\nb\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What is said before the end is printed before it.
func TestPlainNotesBeforeTheEnd(t *testing.T) {
	for range 100 {
		in, other := io.Pipe()
		var out strings.Builder
		p := NewPlain(PlainOptions{In: in, Out: &out})
		go func() {
			fmt.Fprintln(p.Notify(), "the end")
			p.Close()
		}()
		if _, err := p.ReadLine(""); err != io.EOF {
			t.Fatal(err)
		}
		if got := out.String(); got != "the end\n" {
			t.Fatalf("it says %q", got)
		}
		other.Close()
	}
}

// Close ends a read of what nobody can unblock; what had come before is read in order.
func TestPlainClosesWhileItReads(t *testing.T) {
	in, out := io.Pipe()
	p := NewPlain(PlainOptions{In: in, Out: io.Discard})
	go io.WriteString(out, "one\ntwo\n")
	for _, want := range []string{"one", "two"} {
		if got, err := p.ReadLine(""); err != nil || got != want {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
	ended := make(chan error)
	go func() {
		_, err := p.ReadLine("")
		ended <- err
	}()
	p.Close()
	select {
	case err := <-ended:
		if !errors.Is(err, io.EOF) {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the read goes on")
	}
}
