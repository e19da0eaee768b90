package replay

import (
	"errors"
	"fmt"
	"iter"
	"regexp"
	"strconv"
	"strings"

	"lunarium/runtime/recorded"
	"lunarium/runtime/visible"
	"lunarium/runtime/worded"
)

// This file holds what services read of the world outside, as comments of a transcript.

// What is written of answers that had no room, and that never came.
var (
	large   = recorded.Answer{Kind: recorded.Large}.String()
	missing = recorded.Answer{Kind: recorded.Missing}.String()
)

// Reading is what a service read of the world outside: a variable of the environment, the machine's clock,
// a file; or what it was answered.
type Reading struct {
	Service  string // its address, ":00000002"
	Function string // that read, as os.getenv
	Argument string // of which; "": there is only one
	Text     string // what was read; with None why there is nothing, or ""
	None     bool   // there is nothing
	Times    int    // so often the same was read, one time after the other
	Answer   bool   // Text is an answer that the service waited for, as package recorded writes it
	Before   int    // of an answer: so many that it had asked the same earlier had not come
	Rank     int    // of an answer that is given: they come in this order, the lowest first
}

// How the line of a reading begins, and that of an answer.
const (
	readingBegins = "# read "
	answerBegins  = "# answer "
)

// String gives the line of a reading:
//
//	# read :00000002 os.getenv "HOME": "/root"
//	# read :00000002 io.open "limits.conf": nil, "No such file or directory"
//	# read :00000002 os.time: "1796036400", 3 times
//	# answer :00000002 http.request "GET http://shop/stock": {status = 200, headers = {}, body = "7"}
func (r *Reading) String() string {
	begins := readingBegins
	if r.Answer {
		begins = answerBegins
	}
	text := begins + r.Service + " " + r.Function
	if r.Argument != "" {
		text += " " + visible.Quote(r.Argument)
	}
	text += ": " + r.what()
	if r.Times > 1 {
		text += fmt.Sprintf(", %d times", r.Times)
	}
	if r.Before > 0 {
		text += fmt.Sprintf(", before %d asked earlier", r.Before)
	}
	return text
}

// what gives what was read.
func (r *Reading) what() string {
	switch {
	case r.Answer:
		return r.Text
	case !r.None:
		return visible.Quote(r.Text)
	case r.Text == "":
		return "nil"
	}
	return "nil, " + visible.Quote(r.Text)
}

var (
	// reads is how a comment begins that is the line of a reading.
	reads = regexp.MustCompile(`^(# (?:read|answer) )(:[0-9a-f]{8}) ([a-z_]+\.[a-z]+)(?: |: )`)
	// often is what may end it, and early that of an answer.
	often = regexp.MustCompile(`^, (\d+) times$`)
	early = regexp.MustCompile(`^, before (\d+) asked earlier$`)
)

// errReading is that a line is none of a reading.
var errReading = errors.New("this is no reading")

// parseReading reads the line of a reading; comment: it is another comment.
func parseReading(line string) (r Reading, comment bool, err error) {
	begins := reads.FindStringSubmatch(line)
	if begins == nil {
		return r, true, nil
	}
	r = Reading{Service: begins[2], Function: begins[3], Times: 1, Answer: begins[1] == answerBegins}
	rest := line[len(begins[1])+len(r.Service)+1+len(r.Function):]
	var ok bool
	if argument, has := strings.CutPrefix(rest, " "); has {
		if r.Argument, rest, ok = visible.CutQuoted(argument); !ok {
			return r, false, errReading
		}
	}
	if rest, ok = strings.CutPrefix(rest, ": "); !ok {
		return r, false, errReading
	}
	if rest, err = r.take(rest); err != nil {
		return r, false, err
	}
	if times := often.FindStringSubmatch(rest); times != nil {
		r.Times, _ = strconv.Atoi(times[1])
		rest = ""
	}
	if before := early.FindStringSubmatch(rest); before != nil && r.Answer {
		r.Before, _ = strconv.Atoi(before[1])
		rest = ""
	}
	if rest != "" || r.Times < 1 {
		return r, false, errReading
	}
	return r, false, nil
}

// take reads what was read, and gives what follows it.
func (r *Reading) take(text string) (rest string, err error) {
	if r.Answer {
		_, rest, err = recorded.Cut(text)
		if wrong := (*recorded.Error)(nil); errors.As(err, &wrong) {
			return "", fmt.Errorf("this is no answer (%s, at %s)", wrong.Text, visible.Quote(begin(text[wrong.At-1:], mostQuoted)))
		}
		r.Text = text[:len(text)-len(rest)]
		return rest, nil
	}
	if after, none := strings.CutPrefix(text, "nil"); none {
		r.None, text = true, after
		if said, has := strings.CutPrefix(text, `, "`); has {
			text = `"` + said
		}
	}
	switch said, after, ok := visible.CutQuoted(text); {
	case ok:
		r.Text, text = said, after
	case !r.None || strings.HasPrefix(text, `"`):
		return "", errReading
	}
	return text, nil
}

// Of a line that is wrong so many bytes are shown, and from the place on where it is.
const (
	mostShown  = 200
	mostQuoted = 20
)

// begin gives the first bytes of a text that may be long.
func begin(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// Readings gives what the services read while the transcript was recorded, in order. The error is a
// *ParseError.
func (t *Transcript) Readings() (all []Reading, err error) {
	take := func(line int, comment string) {
		r, other, wrong := parseReading(comment)
		switch {
		case wrong != nil && err == nil:
			err = &ParseError{t.Path, line, ErrSyntax, worded.Text(wrong) + ": " + begin(comment, mostShown)}
		case wrong == nil && !other:
			all = append(all, r)
		}
	}
	for line, comment := range t.comments() {
		take(line, comment)
	}
	return all, err
}

// comments gives all comments of the transcript, with their lines in the file.
func (t *Transcript) comments() iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		end := t.Line // of what was given so far, and one more
		lines := func(first int, list []string) (more bool) {
			for i, text := range list {
				if !yield(first+i, text) {
					return false
				}
			}
			return true
		}
		output := func(first int, o *Output) (more bool) {
			for i, n := range o.Notes {
				if !yield(first+n.After+i, n.Text) {
					return false
				}
			}
			end = first + len(o.Expected) + len(o.Notes)
			return true
		}
		if t.CommandLine > 0 {
			end = t.CommandLine + 1
		}
		if !lines(end-1-len(t.Head), t.Head) || !output(end, &t.Startup) {
			return
		}
		for i := range t.Steps {
			s := &t.Steps[i]
			if !lines(s.Line-len(s.Lead), s.Lead) || !output(s.Line+1, &s.Output) {
				return
			}
		}
		lines(end, t.Tail)
	}
}
