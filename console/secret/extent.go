package secret

import (
	"regexp"
	"strings"
)

// This file says how far what a name stands for goes in a text.

var (
	// scheme begins an authorization.
	scheme = regexp.MustCompile(`^(?i:bearer|basic|digest)\s+`)
	// long begins a string in brackets.
	long = regexp.MustCompile(`^\[(=*)\[`)
	// called is the name of a function before its arguments.
	called = regexp.MustCompile(`^[\w.:]+\s*[("'{\[]`)
	// joined puts two texts together.
	joined = regexp.MustCompile(`^\s*\.\.\s*`)
	// word is a value without quotes.
	word = regexp.MustCompile(`^[^\s,;})\]]+`)
)

// extent is how many bytes of a text the value takes that it begins with, however unfinished: a
// string of Lua or JSON, a table, a call, a word, and what is put together of them.
func extent(text string) int {
	n := 0
	for {
		n += one(text[n:])
		more := joined.FindString(text[n:])
		if more == "" {
			return n
		}
		n += len(more)
	}
}

// one is extent of a value that is not put together of others.
func one(text string) int {
	if begins := scheme.FindString(text); begins != "" {
		return len(begins) + len(word.FindString(text[len(begins):]))
	}
	switch {
	case text == "":
		return 0
	case strings.HasPrefix(text, `\"`):
		if end := strings.Index(text[2:], `\"`); end >= 0 {
			return end + 4
		}
		return len(text)
	case text[0] == '"' || text[0] == '\'':
		return quoted(text)
	case long.MatchString(text):
		return bracketed(text)
	case strings.IndexByte("{[(", text[0]) >= 0:
		return balanced(text)
	}
	if call := called.FindString(text); call != "" {
		return len(call) - 1 + one(text[len(call)-1:])
	}
	return len(word.FindString(text))
}

// quoted is the length of a string in quotes.
func quoted(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[0]:
			return i + 1
		}
	}
	return len(text)
}

// bracketed is the length of a string in brackets.
func bracketed(text string) int {
	level := long.FindStringSubmatch(text)[1]
	end := "]" + level + "]"
	if i := strings.Index(text, end); i >= 0 {
		return i + len(end)
	}
	return len(text)
}

// balanced is the length of what stands between brackets, with them.
func balanced(text string) int {
	open := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' || c == '\'':
			i += quoted(text[i:]) - 1
		case long.MatchString(text[i:]):
			i += bracketed(text[i:]) - 1
		case strings.IndexByte("{[(", c) >= 0:
			open++
		case strings.IndexByte("}])", c) >= 0:
			if open--; open == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}
