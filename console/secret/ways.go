package secret

import (
	"regexp"
	"strings"
)

// This file holds the ways in which texts tell secrets, and shows them without.

// Hidden stands for what is not shown.
const Hidden = "•••"

// way is a way in which texts tell secrets.
type way struct {
	finds *regexp.Regexp
	// hides gives what is shown of what was found, and how many bytes of the rest of the text
	// are hidden with it.
	hides func(found []string, rest string) (shown string, more int)
}

// literal is a string or a number of Lua.
const literal = `"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[\[.*?\]\]|\b\d[\w.]*`

// waysOf gives the ways of names that an expression finds.
func waysOf(name string) []way {
	ways := []way{
		// the words of set and setenv, of which all the rest is the value
		{regexp.MustCompile(`(?i)^(\s*(?:set|setenv)\s(?:.*?\s)?` + name + `\s+)[^=\s].*$`), hideFound},
		// the password of a URL: postgres://user:password@host
		{regexp.MustCompile(`(?i)([a-z][a-z0-9+.-]*://[^\s:/@"']*:)[^\s/"']+(@)`), hideFound},
		// what a name is compared with: "x" == password
		{regexp.MustCompile(`(?i)()(?:` + literal + `)(\s*(?:==|~=)\s*[\w.]*` + name + `\b)`), hideFound},
	}
	for _, before := range []string{
		// an option: --password x
		`(?:^|\s)--?` + name + `\s+`,
		// a name, and then what it is: "password", "x"; "name": "password", "value": "x"
		`["']` + name + `["']\s*,\s*(?:"value"\s*:\s*)?`,
		// what a name is set to or compared with: password = "x", {token: 'x'}, key ~= "x"
		name + `\\?["']?\]?\s*(?:==|~=|=|:)\s*`,
	} {
		ways = append(ways, way{regexp.MustCompile(`(?i)` + before), hideNext})
	}
	return ways
}

// hideFound hides what stands between the first and the last group of what was found.
func hideFound(found []string, _ string) (shown string, more int) {
	last := ""
	if len(found) > 2 {
		last = found[2]
	}
	return found[1] + Hidden + last, 0
}

// method is a call of a method of what has the name, as token:upper() is.
var method = regexp.MustCompile(`^\w+\s*[("'{\[]`)

// hideNext hides the value that follows what was found.
func hideNext(found []string, rest string) (shown string, more int) {
	if strings.HasSuffix(found[0], ":") && method.MatchString(rest) {
		return found[0], 0
	}
	if strings.HasPrefix(rest, Hidden) || strings.HasPrefix(rest, `"`+Hidden+`"`) {
		return found[0], 0 // already
	}
	if more = extent(rest); more == 0 {
		return found[0], 0
	}
	return found[0] + Hidden, more
}

// without gives a line without the secrets that it tells in this way.
func (w *way) without(line string) string {
	var b strings.Builder
	for {
		at := w.finds.FindStringSubmatchIndex(line)
		if at == nil {
			b.WriteString(line)
			return b.String()
		}
		var found []string
		for i := 0; i < len(at); i += 2 {
			found = append(found, line[at[i]:at[i+1]])
		}
		shown, more := w.hides(found, line[at[1]:])
		b.WriteString(line[:at[0]] + shown)
		line = line[at[1]+more:]
	}
}
