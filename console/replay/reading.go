package replay

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"lunarium/inspect/plain"
	"lunarium/runtime/visible"
)

// This file holds what services read of the world outside, as comments of a transcript.

// Reading is what a service read of the world outside: a variable of the environment, the machine's clock,
// a file.
type Reading struct {
	Service  string // its address, ":00000002"
	Function string // that read, as os.getenv
	Argument string // of which; "": there is only one
	Text     string // what was read; with None why there is nothing, or ""
	None     bool   // there is nothing
	Times    int    // so often the same was read, one time after the other
}

// readingBegins is how the line of a reading begins.
const readingBegins = "# read "

// String gives the line of a reading:
//
//	# read :00000002 os.getenv "HOME": "/root"
//	# read :00000002 io.open "limits.conf": nil, "No such file or directory"
//	# read :00000002 os.time: "1796036400", 3 times
func (r *Reading) String() string {
	text := readingBegins + r.Service + " " + r.Function
	if r.Argument != "" {
		text += " " + visible.Quote(r.Argument)
	}
	text += ": "
	if r.None {
		text += "nil"
	}
	if r.None && r.Text != "" {
		text += ", "
	}
	if !r.None || r.Text != "" {
		text += visible.Quote(r.Text)
	}
	if r.Times > 1 {
		text += fmt.Sprintf(", %d times", r.Times)
	}
	return text
}

var (
	// reads is how a comment begins that is the line of a reading.
	reads = regexp.MustCompile(`^# read (:[0-9a-f]{8}) ([a-z]+\.[a-z]+)(?: |: )`)
	// often is what ends it.
	often = regexp.MustCompile(`^, (\d+) times$`)
)

// parseReading reads the line of a reading; comment: it is another comment.
func parseReading(line string) (r Reading, comment, ok bool) {
	begins := reads.FindStringSubmatch(line)
	if begins == nil {
		return r, true, false
	}
	r = Reading{Service: begins[1], Function: begins[2], Times: 1}
	rest := line[len(readingBegins)+len(r.Service)+1+len(r.Function):]
	if argument, ok := strings.CutPrefix(rest, " "); ok {
		if r.Argument, rest, ok = plain.CutQuoted(argument); !ok {
			return r, false, false
		}
	}
	if rest, ok = strings.CutPrefix(rest, ": "); !ok {
		return r, false, false
	}
	if after, none := strings.CutPrefix(rest, "nil"); none {
		r.None, rest = true, after
		if text, has := strings.CutPrefix(rest, `, "`); has {
			rest = `"` + text
		}
	}
	if strings.HasPrefix(rest, `"`) {
		if r.Text, rest, ok = plain.CutQuoted(rest); !ok {
			return r, false, false
		}
	} else if !r.None {
		return r, false, false
	}
	if times := often.FindStringSubmatch(rest); times != nil {
		r.Times, _ = strconv.Atoi(times[1])
		rest = ""
	}
	return r, false, rest == "" && r.Times > 0
}

// Readings gives what the services read while the transcript was recorded, in order. The error is a
// *ParseError.
func (t *Transcript) Readings() (all []Reading, err error) {
	take := func(line int, comments ...string) {
		for _, c := range comments {
			r, comment, ok := parseReading(c)
			switch {
			case ok:
				all = append(all, r)
			case !comment && err == nil:
				err = &ParseError{t.Path, cmp.Or(line, t.Line), ErrSyntax, "this is no reading: " + c}
			}
		}
	}
	notes := func(line int, o *Output) {
		for _, n := range o.Notes {
			take(line, n.Text)
		}
	}
	take(t.Line, t.Head...)
	notes(t.CommandLine, &t.Startup)
	for i := range t.Steps {
		take(t.Steps[i].Line, t.Steps[i].Lead...)
		notes(t.Steps[i].Line, &t.Steps[i].Output)
	}
	take(t.Line, t.Tail...)
	return all, err
}
