package console

import (
	"strings"

	"lunarium/inspect/plain"
)

// This file reads how Lua code that is being typed ends.

// codeEnd gives the name that code ends in, "skynet.ca" or "rooms[1]:re" as "?:re", and
// the name whose call it ends in the parentheses of; "" where there is none.
func codeEnd(code string) (name, call string) {
	var calls []string // the names before the parentheses that are open
	last := ""         // the name read last; "?" is a value without one
	for rest := code; rest != ""; {
		t := token(rest)
		rest = rest[len(t):]
		switch c := t[0]; {
		case t == "(":
			calls, last = append(calls, last), ""
		case t == ")":
			calls, last = calls[:max(0, len(calls)-1)], "?"
		case isNamePart(c) && !plain.IsDigit(c):
			last = joined(last, t)
		case (t == "." || t == ":") && last != "":
			last += t
		case c == '"' || c == '\'' || c == '[' && len(t) > 1 || c == ']' || c == '}':
			last = "?"
		case c != ' ' && c != '\t' && c != '\n':
			last = ""
		}
	}
	if len(calls) > 0 {
		call = calls[len(calls)-1]
	}
	if code == "" || !isNamePart(code[len(code)-1]) {
		last = ""
	}
	return last, call
}

// joined puts a word to what stands before it: a field to its table, and the name of a
// function that is defined to the word function, so that it is not one that is called.
func joined(before, word string) string {
	switch {
	case strings.HasSuffix(before, ".") || strings.HasSuffix(before, ":"):
		return before + word
	case before == "function":
		return "function " + word
	}
	return word
}

// token gives the first piece of code: a word, a number, a string, a comment, a run of
// dots, one other byte.
func token(code string) string {
	c := code[0]
	switch {
	case strings.HasPrefix(code, "--"):
		if long := longString(code[2:]); long > 0 {
			return code[:2+long]
		}
		return through(code, 2, "\n")
	case c == '"' || c == '\'':
		return quotedString(code)
	case isNamePart(c):
		return run(code, func(c byte) bool { return isNamePart(c) || c == '.' && plain.IsDigit(code[0]) })
	case c == '.':
		return run(code, func(c byte) bool { return c == '.' })
	}
	return code[:max(1, longString(code))]
}

func isNamePart(c byte) bool { return plain.IsLetter(c) || plain.IsDigit(c) || c == '_' }

// run gives the first bytes of a kind.
func run(code string, kind func(byte) bool) string {
	n := 0
	for n < len(code) && kind(code[n]) {
		n++
	}
	return code[:n]
}

// through gives code up to the first end after an offset, or all.
func through(code string, from int, end string) string {
	if i := strings.Index(code[from:], end); i >= 0 {
		return code[:from+i+len(end)]
	}
	return code
}

// quotedString gives the string that code begins with, or all when it is unfinished.
func quotedString(code string) string {
	for i := 1; i < len(code); i++ {
		switch code[i] {
		case '\\':
			i++
		case code[0]:
			return code[:i+1]
		}
	}
	return code
}

// longString gives the length of the [==[string]==] that code begins with; 0 when there
// is none.
func longString(code string) int {
	if code == "" || code[0] != '[' {
		return 0
	}
	level := len(run(code[1:], func(c byte) bool { return c == '=' }))
	if !strings.HasPrefix(code[1+level:], "[") {
		return 0
	}
	return len(through(code, level+2, "]"+strings.Repeat("=", level)+"]"))
}
