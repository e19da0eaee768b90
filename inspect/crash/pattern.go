package crash

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file makes patterns of the texts of errors.

// mostPattern is how many bytes of a text tell which error it is.
const mostPattern = 300

// patternOf gives the first line of an error's text without what differs from one time to
// the next: words that have a digit, and what stands in quotes.
//
//	"chat.lua:12: no user 17"             "chat.lua:#: no user #"
//	"no room 'lobby' at table: 0x1f00"    "no room '' at table: #"
func patternOf(text string) string {
	text = text[:min(len(text), mostPattern)]
	text, _, _ = strings.Cut(text, "\n")
	var b strings.Builder
	b.Grow(len(text))
	inWord := false
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if end := quoteEnd(text[i:]); end > 0 && !inWord {
			b.WriteString(text[i:i+1] + text[i:i+1])
			i += end
			continue
		}
		if inWord = isWord(r); !inWord {
			b.WriteString(text[i : i+size])
			i += size
			continue
		}
		word := wordAt(text[i:])
		if strings.ContainsFunc(word, unicode.IsDigit) {
			word, size = "#", len(word)
		} else {
			size = len(word)
		}
		b.WriteString(word)
		i += size
	}
	return b.String()
}

// quoteEnd gives how long the quoted text is that a text begins with, quotes included; 0:
// it begins with none.
func quoteEnd(text string) int {
	if text[0] != '"' && text[0] != '\'' {
		return 0
	}
	if end := strings.IndexByte(text[1:], text[0]); end >= 0 {
		return end + 2
	}
	return 0
}

// wordAt gives the word that a text begins with.
func wordAt(text string) string {
	if end := strings.IndexFunc(text, func(r rune) bool { return !isWord(r) }); end >= 0 {
		return text[:end]
	}
	return text
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
