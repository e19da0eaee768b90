package console

import (
	"fmt"
	"strings"
	"time"

	"lunarium/runtime/visible"
)

// This file cuts lines into words, durations and numbers.

// SplitWords cuts a line into words at blanks. Single and double quotes hold a
// word together; in double quotes \" and \\ stand for " and \.
func SplitWords(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord, quote := false, byte(0)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == '"' && c == '\\' && i+1 < len(line) && (line[i+1] == '"' || line[i+1] == '\\'):
			i++
			word.WriteByte(line[i])
		case quote != 0:
			word.WriteByte(c)
		case c == '"' || c == '\'':
			quote, inWord = c, true
		case c == ' ' || c == '\t':
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("a quote %c is not closed", quote)
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}

// ParseDuration reads "90s", "2h", "1d12h", or a number of seconds.
func ParseDuration(text string) (time.Duration, error) {
	if days, rest, ok := strings.Cut(text, "d"); ok && IsDigits(days) {
		d, err := ParseDuration(days + "s")
		if err != nil {
			return 0, err
		}
		d *= 86400
		if rest == "" {
			return d, nil
		}
		more, err := ParseDuration(rest)
		return d + more, err
	}
	if IsDigits(text) {
		text += "s"
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%s is not a duration; write 500ms, 90s, 2h or 1d12h", visible.Quote(text))
	}
	return d, nil
}

func IsDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
