package line

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tty is a terminal for tests: a small screen of cells that understands the
// sequences that this package prints.
type tty struct {
	mu       sync.Mutex
	width    int
	row, col int
	cells    []map[int]rune
	raw      bytes.Buffer
	wrote    chan struct{}
}

func newTTY(width int) *tty {
	return &tty{width: width, cells: []map[int]rune{{}}, wrote: make(chan struct{}, 1)}
}

func (y *tty) Write(p []byte) (int, error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.raw.Write(p)
	rs := []rune(string(p))
	for i := 0; i < len(rs); i++ {
		switch r := rs[i]; {
		case r == '\r':
			y.col = 0
		case r == '\n':
			y.row++
		case r == '\a':
		case r == esc:
			n := 0
			i += 2
			for rs[i] >= '0' && rs[i] <= '9' {
				n = n*10 + int(rs[i]-'0')
				i++
			}
			y.csi(rs[i], n)
		default:
			y.put(r)
		}
		for len(y.cells) <= y.row {
			y.cells = append(y.cells, map[int]rune{})
		}
	}
	select {
	case y.wrote <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (y *tty) put(r rune) {
	y.row, y.col = advance(y.row, y.col, y.width, r)
	for len(y.cells) <= y.row {
		y.cells = append(y.cells, map[int]rune{})
	}
	y.cells[y.row][y.col-runeWidth(r)] = r
}

func (y *tty) csi(final rune, n int) {
	switch final {
	case 'A':
		y.row = max(0, y.row-n)
	case 'C':
		y.col += n
	case 'H':
		y.row, y.col = 0, 0
	case 'J':
		if n == 2 {
			y.cells = []map[int]rune{{}}
			return
		}
		for c := range y.cells[y.row] {
			if c >= y.col {
				delete(y.cells[y.row], c)
			}
		}
		y.cells = y.cells[:y.row+1]
	}
}

// text gives the screen with the cursor shown as "|".
func (y *tty) text() string {
	y.mu.Lock()
	defer y.mu.Unlock()
	var b strings.Builder
	for i, row := range y.cells {
		var line strings.Builder
		end := 0
		for c := range row {
			end = max(end, c+1)
		}
		if i == y.row {
			end = max(end, y.col)
		}
		for c := 0; c <= end; c++ {
			if i == y.row && c == y.col {
				line.WriteByte('|')
			}
			if r, ok := row[c]; ok {
				line.WriteRune(r)
			} else if r, ok := row[c-1]; (!ok || runeWidth(r) < 2) && c < end {
				line.WriteByte(' ')
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// await waits until the screen shows what ok accepts.
func (y *tty) await(t *testing.T, ok func(string) bool) {
	t.Helper()
	for !ok(y.text()) {
		select {
		case <-y.wrote:
		case <-t.Context().Done():
			t.Fatalf("the screen shows\n%s", y.text())
		}
	}
}

type rig struct {
	*Terminal
	tty *tty
	in  *io.PipeWriter
}

func newRig(t *testing.T, width int, o Options) *rig {
	t.Helper()
	r, w := io.Pipe()
	y := newTTY(width)
	o.In, o.Out, o.Columns = r, y, func() int { return width }
	term, err := NewTerminal(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.Close()
		if err := term.Close(); err != nil {
			t.Error(err)
		}
	})
	return &rig{term, y, w}
}

func (r *rig) keys(t *testing.T, s string) {
	t.Helper()
	if _, err := io.WriteString(r.in, s); err != nil {
		t.Fatal(err)
	}
}

func TestEditing(t *testing.T) {
	words := func(line string, pos int) Completion {
		from := strings.LastIndexByte(line[:pos], ' ') + 1
		var out []string
		for _, w := range []string{"launch", "list", "log", "dump", "dir/"} {
			if strings.HasPrefix(w, line[from:pos]) {
				out = append(out, w)
			}
		}
		return Completion{Candidates: out, From: from}
	}
	tests := []struct {
		name, keys, want string
	}{
		{"plain", "list\r", "list"},
		{"lf", "list\n", "list"},
		{"utf8", "dump 服务\r", "dump 服务"},
		{"not utf8", "a\xffb\r", "a\ufffdb"},
		{"backspace", "lisx\x7ft\r", "list"},
		{"left and insert", "lst\x1b[D\x1b[Di\r", "list"},
		{"home, end", "st\x1b[Hli\x1b[F!\r", "list!"},
		{"vt home", "st\x1b[1~li\r", "list"},
		{"delete key", "xlist\x01\x1b[3~\r", "list"},
		{"delete key on an empty line", "\x1b[3~list\r", "list"},
		{"ctrl-d deletes", "xlist\x01\x04\r", "list"},
		{"kill and yank", "one two\x17\x01\x19\r", "twoone "},
		{"word left", "call x\x1b[1;5Dmy \r", "call my x"},
		{"ctrl-u", "wrong\x15right\r", "right"},
		{"nul and ctrl-z do nothing", "l\x00i\x1as\x13t\r", "list"},
		{"unknown sequences", "l\x1b[15~i\x1b[?1;2cs\x1bOPt\r", "list"},
		{"endless sequence", "list\x1b[" + strings.Repeat("1", 5000) + "\r", "list" + strings.Repeat("1", 5000-maxCSI+1)},
		{"noncharacters", "a\U0010fffeb\U0010ffffc\r", "a\ufffdb\ufffdc"},
		{"complete one", "du\t1\r", "dump 1"},
		{"complete common part", "l\ta\t\r", "launch "},
		{"complete inside", "du 1\x1b[D\x1b[D\t\r", "dump 1"},
		{"complete unfinished", "di\tx\r", "dir/x"},
		{"complete nothing", "zz\t\r", "zz"},
		{"search", "\x12li\r", "list two"},
		{"search older", "\x12l\x12\x12\r", "log one"},
		{"search, edit on", "\x12two\x05 three\r", "list two three"},
		{"search given up", "abc\x12two\x07d\r", "abcd"},
		{"search fails", "\x12zzz\x7f\x7f\x7flog\r", "log one"},
		{"history up", "\x1b[A\x1b[A\r", "list two"},
		{"history up, down to the draft", "dra\x1b[A\x1b[A\x1b[B\x1b[Bft\r", "draft"},
		{"history end", "\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\r", "log one"},
		{"burst in the middle", "[]\x02abc\r", "[abc]"},
		{"long paste", strings.Repeat("x", 100_000) + "\r", strings.Repeat("x", 100_000)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, 40, Options{Complete: words})
			for _, l := range []string{"log one", "list two", "dump three"} {
				r.hist.add(l)
			}
			go io.WriteString(r.in, tt.keys)
			got, err := r.ReadLine("> ")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if n := r.tty.raw.Len(); n > 300_000 {
				t.Errorf("%d bytes were printed", n)
			}
		})
	}
}

// readLine starts a ReadLine and gives its outcome on a channel.
func (r *rig) readLine(prompt string) <-chan string {
	ch := make(chan string, 1)
	go func() {
		s, err := r.ReadLine(prompt)
		if err != nil {
			s = err.Error()
		}
		ch <- s
	}()
	return ch
}

func TestScreen(t *testing.T) {
	tests := []struct {
		name  string
		width int
		keys  string
		want  string
	}{
		{"cursor among wide characters", 20, "服务器\x1b[D\x1b[Dx", "> 服x|务器\n"},
		{"a full row", 8, "abcdef", "> abcdef\n|\n"},
		{"wrapped, cursor on the first row", 8, "abcdefghij\x01", "> |abcdef\nghij\n"},
		{"a wide character does not fit", 9, "abcdef服", "> abcdef\n服|\n"},
		{"killed back to one row", 8, "abcdefghijklmnopqrst\x15", "> |\n"},
		{"listing", 20, "l\t", "> l\nlaunch  log\nlist\n> l|\n"},
		{"search", 40, "\x12o", "(reverse-i-search)`o': log one|\n"},
	}
	complete := func(string, int) Completion { return Completion{Candidates: []string{"launch", "list", "log"}} }
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, tt.width, Options{Complete: complete})
			r.hist.add("log one")
			done := r.readLine("\x1b[32m>\x1b[0m ")
			for _, k := range tt.keys { // one by one, as typed
				r.keys(t, string(k))
			}
			r.tty.await(t, func(s string) bool { return s == tt.want })
			r.keys(t, "\x03")
			if got := <-done; got != ErrInterrupt.Error() {
				t.Errorf("got %q", got)
			}
		})
	}
}

// TestHints: a hint is shown above the line as typed; candidates come with another Tab.
func TestHints(t *testing.T) {
	for _, tt := range []struct {
		name       string
		candidates []string
		hint       string
		keys       string
		want       string
	}{
		{"alone", nil, "f(x)  does it", "f(\t", "> f(\nf(x)  does it\n> f(|\n"},
		{"of two lines", nil, "f(x)\n  does it", "f(\t", "> f(\nf(x)\n  does it\n> f(|\n"},
		{"inside the line", nil, "f(x)", "f()\x1b[D\t", "> f()\nf(x)\n> f(|)\n"},
		{"again", nil, "f(x)", "f(\t\t", "> f(\nf(x)\n> f(\nf(x)\n> f(|\n"},
		{"before candidates", []string{"a", "b"}, "f(x)", "f(\t", "> f(\nf(x)\n> f(|\n"},
		{"then candidates", []string{"a", "b"}, "f(x)", "f(\t\t", "> f(\nf(x)\n> f(\na  b\n> f(|\n"},
		{"with what completes", []string{"("}, "f(x)", "f\t", "> f\nf(x)\n> f(|\n"},
		{"a control character", nil, "f\x1b[2J", "f(\t", "> f(|\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, 20, Options{Complete: func(_ string, pos int) Completion {
				return Completion{Candidates: tt.candidates, From: pos, Hint: tt.hint}
			}})
			done := r.readLine("> ")
			for _, k := range tt.keys {
				r.keys(t, string(k))
			}
			r.tty.await(t, func(s string) bool { return s == tt.want })
			r.keys(t, "\x03")
			<-done
		})
	}
}

func TestOutputAbovePrompt(t *testing.T) {
	r := newRig(t, 40, Options{})
	fmt.Fprint(r.Writer(), "unfinished")
	done := r.readLine("> ")
	r.keys(t, "call x\x1b[D")
	r.tty.await(t, func(s string) bool { return s == "unfinished\n> call |x\n" })
	fmt.Fprintln(r.Notify(), "a log line")
	r.tty.await(t, func(s string) bool { return s == "unfinished\na log line\n> call |x\n" })
	fmt.Fprint(r.Writer(), "partial")
	r.tty.await(t, func(s string) bool { return s == "unfinished\na log line\npartial\n> call |x\n" })
	r.keys(t, "y\r")
	if got := <-done; got != "call yx" {
		t.Errorf("got %q", got)
	}
	fmt.Fprintln(r.Notify(), "later")
	r.tty.await(t, func(s string) bool { return strings.HasSuffix(s, "> call yx\nlater\n|\n") })
}

func TestInterruptsAndTypeAhead(t *testing.T) {
	r := newRig(t, 40, Options{})
	done := r.readLine("> ")
	r.keys(t, "slow\r")
	if got := <-done; got != "slow" {
		t.Fatalf("got %q", got)
	}
	r.keys(t, "next\x03 line\r")
	<-r.Interrupts()
	if got := <-r.readLine("> "); got != "next line" {
		t.Errorf("type-ahead: got %q", got)
	}
	// A Ctrl-C that comes along with the Enter means the command.
	done = r.readLine("busy> ")
	r.tty.await(t, func(s string) bool { return strings.HasSuffix(s, "busy> |\n") })
	r.keys(t, "slow\r\x03")
	<-done
	<-r.Interrupts()
	// One that nobody took is not held against the next command.
	r.keys(t, "\x03")
	done = r.readLine("> ")
	r.keys(t, "list\r")
	<-done
	select {
	case <-r.Interrupts():
		t.Error("an old interrupt was kept")
	default:
	}
}

func TestEndOfInput(t *testing.T) {
	r := newRig(t, 40, Options{})
	done := r.readLine("> ")
	r.keys(t, "\x04")
	if got := <-done; got != "EOF" {
		t.Errorf("Ctrl-D: got %q", got)
	}
	done = r.readLine("> ")
	r.keys(t, "one\r\ntwo\r\nkill ever")
	if got := <-done; got != "one" {
		t.Errorf("got %q", got)
	}
	r.in.Close()
	if got := <-r.readLine("> "); got != "two" {
		t.Errorf("got %q", got)
	}
	for range 2 {
		if got := <-r.readLine("> "); got != "EOF" {
			t.Errorf("a half-typed line must not run: got %q", got)
		}
	}
}

func TestCloseWhileReading(t *testing.T) {
	r := newRig(t, 40, Options{})
	done := r.readLine("> ")
	r.keys(t, "half")
	r.tty.await(t, func(s string) bool { return s == "> half|\n" })
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if got := <-done; got != "EOF" {
		t.Errorf("got %q", got)
	}
}

func TestLongLines(t *testing.T) {
	r := newRig(t, 40, Options{})
	done := r.readLine("> ")
	go io.WriteString(r.in, strings.Repeat("y", MaxLine+10)+"\rlist\r")
	if got := <-done; got != ErrLineTooLong.Error() {
		t.Errorf("got %d bytes", len(got))
	}
	if got := <-r.readLine("> "); got != "list" {
		t.Errorf("got %q", got)
	}
}

func TestPassword(t *testing.T) {
	r := newRig(t, 40, Options{})
	done := make(chan string, 1)
	go func() {
		s, err := r.ReadPassword("Password: ")
		done <- fmt.Sprint(s, err)
	}()
	r.keys(t, "secrex\x7fт\x7ft\r")
	if got := <-done; got != "secret<nil>" {
		t.Errorf("got %q", got)
	}
	if s := r.tty.text(); s != "Password:\n|\n" {
		t.Errorf("the screen shows %q", s)
	}
	if len(r.History()) > 0 {
		t.Error("the password is in the history")
	}
}

func TestHistoryFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "history")
	r := newRig(t, 40, Options{HistoryFile: path})
	if r.historyError() != nil {
		t.Fatal(r.historyError())
	}
	for _, l := range []string{"one", "one", "  ", "two"} {
		done := r.readLine("> ")
		r.keys(t, l+"\r")
		<-done
	}
	r.Close()
	r = newRig(t, 40, Options{HistoryFile: path})
	if diff := cmp.Diff([]string{"one", "two"}, r.History()); diff != "" {
		t.Error(diff)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	r = newRig(t, 40, Options{HistoryFile: filepath.Join(path, "x")})
	if r.historyError() == nil {
		t.Error("an unusable file is not reported")
	}
}

func TestHistoryIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	var b strings.Builder
	for i := range 3 * historyLines {
		fmt.Fprintln(&b, "line", i)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	h, err := openHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(data, []byte("\n")); n != historyLines || len(h.lines) != historyLines {
		t.Errorf("%d lines in the file, %d in memory", n, len(h.lines))
	}
}

func TestBrokenCompleter(t *testing.T) {
	for name, c := range map[string]Completer{
		"panics":   func(string, int) Completion { panic("no") },
		"offset":   func(string, int) Completion { return Completion{Candidates: []string{"x"}, From: 99} },
		"controls": func(string, int) Completion { return Completion{Candidates: []string{"\x1b[2J", ""}, Hint: "\x1b[2J"} },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 40, Options{Complete: c})
			done := r.readLine("> ")
			r.keys(t, "ab\tc\r")
			if got := <-done; got != "abc" {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestManySessions(t *testing.T) {
	var wg sync.WaitGroup
	for i := range 20 {
		r := newRig(t, 20+i, Options{})
		wg.Go(func() {
			for j := range 20 {
				want := fmt.Sprintf("line %d %d", i, j)
				done := r.readLine("> ")
				fmt.Fprintln(r.Notify(), "notice")
				if _, err := io.WriteString(r.in, "x\x12l\x07\x15"+want+"\r"); err != nil {
					t.Error(err)
				}
				if got := <-done; got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}
		})
	}
	wg.Wait()
}

// FuzzKeys types anything at all: the editor must neither panic nor hang.
func FuzzKeys(f *testing.F) {
	for _, s := range []string{"list\r", "\x12a\x12\x03", "\x1b[A\x1b[3~\x04", "服务\x1b[D\x14\x17\x19\r", "\t\t\x0c\x0b", "a\x1bd\x1bb\x1bf\x1b\x7f"} {
		f.Add([]byte(s), uint8(40))
	}
	complete := func(_ string, pos int) Completion {
		return Completion{Candidates: []string{"ab", "a服"}, From: pos, Hint: "h服\nh"}
	}
	f.Fuzz(func(t *testing.T, in []byte, width uint8) {
		term, err := NewTerminal(Options{
			In: bytes.NewReader(in), Out: io.Discard, Complete: complete,
			Columns: func() int { return int(width) },
		})
		if err != nil {
			t.Fatal(err)
		}
		term.hist.add("ab 服 cd")
		for {
			if _, err := term.ReadLine("> "); errors.Is(err, io.EOF) && term.dead {
				break
			}
		}
		if err := term.Close(); err != nil {
			t.Error(err)
		}
	})
}
