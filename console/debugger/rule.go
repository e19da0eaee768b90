package debugger

import (
	"fmt"
	"strconv"
	"strings"

	"lunarium/inspect/debug"
)

// This file reads what may follow a breakpoint's place.

// parseRule takes "PLACE if EXPRESSION after N every N log TEXT" apart, all of which but the
// place may be missing; false when a number is none.
func parseRule(args string) (place string, rule debug.Rule, ok bool) {
	rest, text, logs := cutKeyword(args, "log")
	if text = strings.TrimSpace(text); logs && text == "" {
		return "", rule, false
	}
	rule.Log = text
	for _, count := range []struct {
		word string
		to   *int
	}{{"every", &rule.Every}, {"after", &rule.After}} {
		before, number, found := cutKeyword(rest, count.word)
		if !found {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(number))
		if _, _, within := cutKeyword(before, "if"); err != nil && within {
			continue // it is a name in the expression
		}
		if err != nil || n < 1 {
			return "", rule, false
		}
		rest, *count.to = before, n
	}
	place, condition, conditional := cutKeyword(rest, "if")
	rule.If = strings.TrimSpace(condition)
	return strings.TrimSpace(place), rule, !conditional || rule.If != ""
}

// cutKeyword cuts a line at the first time that a word stands in it by itself, outside of
// Lua's strings.
func cutKeyword(line, word string) (before, after string, found bool) {
	quote := byte(0)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote != 0 && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case (i == 0 || line[i-1] == ' ') && strings.HasPrefix(line[i:], word) && (i+len(word) == len(line) || line[i+len(word)] == ' '):
			return line[:i], line[i+len(word):], true
		}
	}
	return line, "", false
}

// countsText says at which times a breakpoint stops.
func countsText(r debug.Rule) string {
	var text []string
	if r.After > 0 {
		text = append(text, fmt.Sprintf("after %d", r.After))
	}
	if r.Every > 0 {
		text = append(text, fmt.Sprintf("every %d", r.Every))
	}
	return strings.Join(text, " ")
}
