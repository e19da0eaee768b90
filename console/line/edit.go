package line

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chzyer/readline"
)

// This file adds history, search, completion and long pastes to readline's editing.

// editMax is the length in characters up to which a line is shown and edited.
// What is pasted beyond it is kept aside, because every key repaints the line.
const editMax = 4096

// listMax bounds how many candidates Tab lists.
const listMax = 200

// carrier is a key that makes readline do nothing but call OnChange, where a
// line can be replaced.
const carrier = readline.CharBell

// editor holds what this package adds to readline's editing. filter and
// OnChange run on readline's editing goroutine, begin and overflow on the
// session's.
type editor struct {
	op       *readline.Operation
	keys     *keys
	screen   *screen
	hist     *history
	notes    *notes
	complete Completer

	mu      sync.Mutex
	prompt  string
	line    []rune // as of the last key
	pos     int
	next    *change // what carrier is to do
	histAt  int     // index in hist.lines; its length stands for draft
	draft   []rune
	hinted  string // the line up to the cursor where a hint was shown last
	search  *search
	extra   []byte // what follows line, not shown
	tooLong bool
}

// change is a line to be shown in place of the present one.
type change struct {
	line []rune
	pos  int
}

func (e *editor) begin(prompt string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.prompt = prompt
	e.line, e.pos, e.next = nil, 0, nil
	e.histAt, e.draft = len(e.hist.lines), nil
	e.search, e.hinted = nil, ""
	e.extra, e.tooLong = nil, false
}

// overflow gives what follows the edited line.
func (e *editor) overflow() (rest string, tooLong bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return string(e.extra), e.tooLong
}

// OnChange implements readline.Listener.
func (e *editor) OnChange(line []rune, pos int, key rune) ([]rune, int, bool) {
	if key == 0 {
		return nil, 0, false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if key == carrier && e.next != nil {
		c := e.next
		e.next = nil
		e.line, e.pos = slices.Clone(c.line), c.pos
		return c.line, c.pos, true
	}
	e.line, e.pos = line, pos
	return nil, 0, false
}

// replace shows line with the cursor at pos.
func (e *editor) replace(line []rune, pos int) (rune, bool) {
	e.next = &change{line, pos}
	return carrier, true
}

func (e *editor) bell() (rune, bool) {
	_, _ = e.screen.Write([]byte("\a"))
	return 0, false
}

// passed are the control keys that readline handles as they are.
var passed = []rune{
	readline.CharLineStart, readline.CharBackward, readline.CharLineEnd, readline.CharForward,
	readline.CharCtrlH, readline.CharKill, readline.CharCtrlU,
	readline.CharCtrlW, readline.CharCtrlY, readline.CharBackspace,
	readline.MetaBackward, readline.MetaForward, readline.MetaDelete, readline.MetaBackspace,
}

// filter sees each key before readline does, and says what readline is to get.
func (e *editor) filter(r rune) (rune, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	out, ok := e.handle(r)
	if r == readline.CharDelete {
		e.keys.decide(ok && len(e.line) == 0)
	}
	return out, ok
}

func (e *editor) handle(r rune) (rune, bool) {
	switch r {
	case 0: // the end of the source
		return r, true
	case keyWake:
		_ = e.screen.print(e.notes.take())
		return 0, false
	}
	text := ""
	switch {
	case r == keyBurst:
		text = e.keys.nextBurst()
	case r >= 0x20 && r != readline.CharBackspace && r != keyDelete:
		text = string(r)
	}
	if e.search != nil {
		if done := e.searchKey(r, text); !done {
			return 0, false
		}
	}
	if len(e.extra) > 0 || e.tooLong {
		return e.overflowKey(r, text)
	}
	if text != "" {
		return e.insert(r, []rune(text))
	}
	return e.control(r)
}

// control handles the keys that are not text.
func (e *editor) control(r rune) (rune, bool) {
	switch r {
	case readline.CharEnter, readline.CharInterrupt, readline.CharDelete:
		return r, true
	case keyDelete:
		return readline.CharDelete, len(e.line) > 0
	case readline.CharTranspose:
		// readline puts the cursor behind the end of a line of one character.
		return r, len(e.line) > 1
	case readline.CharPrev:
		return e.recall(e.histAt - 1)
	case readline.CharNext:
		return e.recall(e.histAt + 1)
	case readline.CharBckSearch:
		e.startSearch()
		return 0, false
	case readline.CharTab:
		return e.tab()
	case readline.CharCtrlL:
		e.screen.clear()
		return 0, false
	}
	return r, slices.Contains(passed, r)
}

// insert puts text at the cursor.
func (e *editor) insert(r rune, text []rune) (rune, bool) {
	if len(e.line)+len(text) > editMax {
		room := max(0, editMax-len(e.line))
		if e.pos < len(e.line) {
			e.tooLong = true
		} else {
			e.keep(string(text[room:]))
		}
		text = text[:room]
	} else if r != keyBurst {
		return r, true
	}
	line := slices.Concat(e.line[:e.pos], text, e.line[e.pos:])
	return e.replace(line, e.pos+len(text))
}

// keep adds to what is not shown.
func (e *editor) keep(s string) {
	if e.tooLong || editMax+len(e.extra)+len(s) > MaxLine {
		e.extra, e.tooLong = nil, true
		return
	}
	e.extra = append(e.extra, s...)
}

// overflowKey handles keys while part of the line is not shown: it can grow,
// shrink, end, or be given up.
func (e *editor) overflowKey(r rune, text string) (rune, bool) {
	switch {
	case text != "":
		e.keep(text)
		return 0, false
	case r == readline.CharEnter, r == readline.CharInterrupt:
		return r, true
	case r == readline.CharCtrlU:
		e.extra, e.tooLong = nil, false
		return r, true
	case (r == readline.CharBackspace || r == readline.CharCtrlH) && !e.tooLong:
		rs := []rune(string(e.extra))
		e.extra = []byte(string(rs[:len(rs)-1]))
		return 0, false
	}
	return e.bell()
}

// recall shows a line of the history, or the line that was being typed.
func (e *editor) recall(at int) (rune, bool) {
	if at < 0 || at > len(e.hist.lines) {
		return e.bell()
	}
	if e.histAt == len(e.hist.lines) {
		e.draft = e.line
	}
	e.histAt = at
	line := e.draft
	if at < len(e.hist.lines) {
		line = []rune(e.hist.lines[at])
	}
	return e.replace(slices.Clone(line), len(line))
}

// tab completes the word at the cursor, or shows the hint, or lists the candidates.
func (e *editor) tab() (rune, bool) {
	c := e.completion()
	head := string(e.line[:e.pos])
	if words := c.Candidates; c.Hint != "" && (len(words) < 2 || e.hinted != head) {
		e.hinted = head
		e.list(strings.TrimRight(c.Hint, "\n") + "\n")
		if len(words) != 1 {
			return 0, false
		}
	}
	if len(c.Candidates) == 0 {
		return e.bell()
	}
	return e.completed(head, c.Candidates, c.From)
}

// list shows text below the line as it is; the prompt comes again.
func (e *editor) list(text string) {
	_ = e.screen.print([]byte(e.prompt + string(e.line) + "\n" + text))
}

// completed puts what all candidates begin with at the cursor, or lists them.
func (e *editor) completed(head string, words []string, from int) (rune, bool) {
	word := head[from:]
	common := commonPrefix(words)
	if len(words) == 1 && !strings.ContainsAny(common[max(0, len(common)-1):], "/.:=(]") {
		if e.pos == len(e.line) || e.line[e.pos] != ' ' {
			common += " "
		}
	}
	if common != word && (len(words) == 1 || strings.HasPrefix(common, word) || replaces(words, word) && common != "") {
		left := []rune(head[:from] + common)
		return e.replace(slices.Concat(left, e.line[e.pos:]), len(left))
	}
	more := len(words) - listMax
	if more > 0 {
		words = words[:listMax]
	}
	text := columnsOf(words, e.screen.width())
	if more > 0 {
		text += fmt.Sprintf("... and %d more\n", more)
	}
	e.list(text)
	return 0, false
}

// replaces tells whether candidates stand for something else than what is there, as
// a key in brackets does for a dot.
func replaces(words []string, word string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, word) })
}

// completion asks the completer, and takes a broken answer for none: it runs
// where a panic would end the process.
func (e *editor) completion() (c Completion) {
	if e.complete == nil {
		return c
	}
	defer func() {
		if recover() != nil {
			c = Completion{}
		}
	}()
	pos := len(string(e.line[:e.pos]))
	c = e.complete(string(e.line), pos)
	c.Candidates = slices.DeleteFunc(slices.Clone(c.Candidates), func(w string) bool {
		return w == "" || strings.ContainsFunc(w, isControl)
	})
	if c.From < 0 || c.From > pos {
		c.Candidates = nil
	}
	if strings.ContainsFunc(strings.ReplaceAll(c.Hint, "\n", ""), isControl) {
		c.Hint = ""
	}
	return c
}

func isControl(r rune) bool { return r < 0x20 || r == 0x7f }

func commonPrefix(words []string) string {
	prefix := []rune(words[0])
	for _, w := range words[1:] {
		rs := []rune(w)
		n := 0
		for n < len(prefix) && n < len(rs) && prefix[n] == rs[n] {
			n++
		}
		prefix = prefix[:n]
	}
	return string(prefix)
}

// search is a reverse search through the history.
type search struct {
	query  string
	at     int // index of the match; the history's length before the first
	failed bool
	before []rune // the line to return to
}

func (e *editor) startSearch() {
	e.search = &search{at: len(e.hist.lines), before: e.line}
	e.showSearch()
}

// find looks for the query from index at downwards.
func (e *editor) find(at int) {
	s := e.search
	for i := min(at, len(e.hist.lines)-1); i >= 0 && s.query != ""; i-- {
		if strings.Contains(e.hist.lines[i], s.query) {
			s.at, s.failed = i, false
			return
		}
	}
	s.failed = s.query != ""
}

// searchKey handles a key in search mode. It reports true when the search is
// over and the key is to be handled as usual.
func (e *editor) searchKey(r rune, text string) bool {
	s := e.search
	switch {
	case text != "" && len(s.query) < historyLine:
		s.query += text
		e.find(s.at)
	case r == readline.CharBckSearch:
		e.find(s.at - 1)
	case r == readline.CharBackspace || r == readline.CharCtrlH:
		if rs := []rune(s.query); len(rs) > 0 {
			s.query = string(rs[:len(rs)-1])
		}
		s.at, s.failed = len(e.hist.lines), false
		e.find(s.at)
	case r == readline.CharBell:
		e.endSearch(s.before)
		return false
	default:
		line := s.before
		if s.at < len(e.hist.lines) {
			line = []rune(e.hist.lines[s.at])
			e.histAt, e.draft = s.at, s.before
		}
		e.endSearch(line)
		return true
	}
	e.showSearch()
	return false
}

func (e *editor) showSearch() {
	s := e.search
	label := "reverse-i-search"
	if s.failed {
		label = "failed " + label
	}
	p := fmt.Sprintf("(%s)`%s': ", label, s.query)
	line := s.before
	if s.at < len(e.hist.lines) {
		line = []rune(e.hist.lines[s.at])
	}
	e.show(p, line)
}

func (e *editor) endSearch(line []rune) {
	e.search = nil
	e.show(e.prompt, line)
}

// show changes prompt and line at once; the cursor goes to the line's end.
func (e *editor) show(prompt string, line []rune) {
	_ = e.screen.hide()
	e.screen.setPrompt(prompt)
	e.op.SetPrompt(prompt)
	e.line, e.pos = slices.Clone(line), len(line)
	e.op.SetBuffer(string(line))
}
