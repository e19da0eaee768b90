package replay

import (
	"errors"
	"fmt"
	"strings"
)

// This file cuts command lines into words.

var (
	errQuote     = errors.New("a quote is not closed")
	errBackslash = errors.New(`nothing follows the "\" at the end`)
)

// Words splits a command line as a shell does, without its expansions: '…' keeps
// everything, in "…" a \ escapes \ " $ and `, elsewhere it escapes anything.
// What a shell would act upon (| & ; < > ( ) $ `) must be quoted.
func Words(s string) ([]string, error) {
	var words []string
	var word strings.Builder
	in := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ' || c == '\t':
			if in {
				words = append(words, word.String())
				word.Reset()
			}
			in = false
			continue
		case c == '\'' || c == '"':
			n, err := quoted(&word, s[i:])
			if err != nil {
				return nil, err
			}
			i += n - 1
		case c == '\\':
			if i++; i == len(s) {
				return nil, errBackslash
			}
			word.WriteByte(s[i])
		case strings.IndexByte("|&;<>()$`", c) >= 0:
			return nil, fmt.Errorf("'%c' must be quoted: a command line is not run by a shell", c)
		default:
			word.WriteByte(c)
		}
		in = true
	}
	if in {
		words = append(words, word.String())
	}
	return words, nil
}

// quoted reads a quoted part at the start of s and gives its length.
func quoted(word *strings.Builder, s string) (int, error) {
	quote := s[0]
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == quote:
			return i + 1, nil
		case quote == '"' && s[i] == '\\' && i+1 < len(s) && strings.IndexByte("\\\"$`", s[i+1]) >= 0:
			i++
		}
		word.WriteByte(s[i])
	}
	return 0, errQuote
}

// JoinWords writes words as one command line that Words splits into them again.
// They must not hold newlines.
func JoinWords(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		if w == "" || strings.ContainsAny(w, " \t'\"\\|&;<>()$`*?[]{}~#!") {
			w = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		quoted[i] = w
	}
	return strings.Join(quoted, " ")
}
