package visible

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	for _, c := range []struct{ in, text, line, entry, painted string }{
		{"plain, ü 漢 \ufffd", "plain, ü 漢 \ufffd", "plain, ü 漢 \ufffd", "plain, ü 漢 \ufffd", "plain, ü 漢 \ufffd"},
		{"a\n\tb", "a\n\tb", `a\n b`, "a\n    \tb", "a\n\tb"},
		{"\x1b[31mr\x1b[0m", `\027[31mr\027[0m`, `\027[31mr\027[0m`, `\027[31mr\027[0m`, "\x1b[31mr\x1b[0m"},
		{"\x1b[8m\x1b[2J\x9b", `\027[8m\027[2J\155`, `\027[8m\027[2J\155`, `\027[8m\027[2J\155`, `\027[8m\027[2J\155`},
		{"\r\u2028\u202e\u009b\xff", `\013\226\128\168\226\128\174\194\155\255`, `\013\226\128\168\226\128\174\194\155\255`,
			`\013\226\128\168\226\128\174\194\155\255`, `\013\226\128\168\226\128\174\194\155\255`},
	} {
		if Text(c.in) != c.text || Line(c.in) != c.line || Entry(c.in) != c.entry || Painted(c.in) != c.painted {
			t.Errorf("%q: %q, %q, %q, %q", c.in, Text(c.in), Line(c.in), Entry(c.in), Painted(c.in))
		}
	}
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"":              `""`,
		"ann":           `"ann"`,
		"a\"b\\c\n\r\t": `"a\"b\\c\n\r\t"`,
		"\x00\x1b[31m":  `"\000\027[31m"`,
		"naïve 月 🌙":     `"naïve 月 🌙"`,
		"\xff\xfe1":     `"\255\2541"`,
		"a\u202eb":      `"a\226\128\174b"`,
		"\ufffd":        "\"\ufffd\"",
	} {
		if got := Quote(in); got != want {
			t.Errorf("Quote(%q) = %s, want %s", in, got, want)
		}
	}
}

func FuzzVisible(f *testing.F) {
	for _, s := range []string{"a\x1b[31m\n\r", "\xff\u202e", "\x1b[0;1m"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, text := range []string{Text(s), Line(s), Entry(s), paints.ReplaceAllString(Text(s), ""), Quote(s)} {
			if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }) {
				t.Errorf("%q becomes %q", s, text)
			}
		}
		if strings.Contains(Line(s)+Quote(s), "\n") || Text(Text(s)) != Text(s) {
			t.Errorf("%q", s)
		}
	})
}
