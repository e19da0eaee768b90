package secret

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lunarium/inspect/plain"
	"lunarium/runtime/visible"
)

// This file says which names look secret, and shows texts without what stands under them.

// DefaultPatterns are those of nodes that were given none.
const DefaultPatterns = "*password*,*passwd*,*passphrase*,pass,*_pass,pwd,*_pwd,*secret*,*token,*tokens,*credential*," +
	"auth,*_auth,authorization,*_authorization,*cookie,*cookies,*api_key,*api_keys,*apikey,*private_key,*access_key,*auth_key,*encryption_key,*session_key"

// Names are the names that look secret. On nil, for which none does, methods may be called,
// too.
type Names struct {
	whole    *regexp.Regexp // matches a secret name, whatever it consists of
	mentions *regexp.Regexp // finds a name, or the password of a URL, in a text
	ways     []way
}

var defaults = must(DefaultPatterns)

func must(list string) *Names {
	n, err := Parse(list)
	if err != nil {
		panic(err)
	}
	return n
}

// Default gives the names of DefaultPatterns.
func Default() *Names { return defaults }

// theDefault is the word for DefaultPatterns in a list.
const theDefault = "default"

// Parse reads patterns with commas between them. Small and large letters are the same, * stands
// for anything, and _ for the place between two words of a name, however it is written: *_token
// are api_token, api-token and apiToken. A number at a name's end does not count. The word default
// stands for DefaultPatterns. No patterns give nil.
func Parse(list string) (*Names, error) {
	var names, inTexts []string
	add := func(pattern string) {
		names = append(names, expression(pattern, `.*`, `[_\s-]`))
		inTexts = append(inTexts, expression(pattern, `[\w.-]*`, `[_-]`))
	}
	for pattern := range strings.SplitSeq(list, ",") {
		pattern = strings.TrimSpace(pattern)
		switch pattern {
		case "":
			continue
		case theDefault:
			for usual := range strings.SplitSeq(DefaultPatterns, ",") {
				add(usual)
			}
			continue
		}
		if strings.Trim(pattern, "*_-") == "" || strings.IndexFunc(pattern, noName) >= 0 {
			return nil, fmt.Errorf("%s is no pattern of names: it has letters, digits, _, - and *, as *_token has", visible.Quote(pattern))
		}
		add(pattern)
	}
	if names == nil {
		return nil, nil
	}
	slices.SortStableFunc(inTexts, func(a, b string) int { return len(b) - len(a) }) // the longest one that there is
	name := `(?:` + strings.Join(inTexts, "|") + `)\d*`
	return &Names{
		whole:    regexp.MustCompile(`^(?is:(?:` + strings.Join(names, "|") + `)\d*)$`),
		mentions: regexp.MustCompile(`(?i)` + name + `|://`),
		ways:     waysOf(name),
	}, nil
}

func noName(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("*_-", r)
}

// expression writes a pattern as a regular expression, in which small and large letters are the
// same; anything is what * stands for, and between what may stand for _.
func expression(pattern, anything, between string) string {
	var b strings.Builder
	if !strings.HasPrefix(pattern, "*") {
		b.WriteString(`\b`)
	}
	plain := func(word string) string { return strings.ReplaceAll(regexp.QuoteMeta(word), `\*`, anything) }
	for i, word := range strings.FieldsFunc(pattern, func(r rune) bool { return r == '_' || r == '-' }) {
		first, size := utf8.DecodeRuneInString(word)
		switch {
		case i == 0:
			b.WriteString(plain(word))
		case first == '*':
			b.WriteString(`(?:` + between + `|(?-i:[A-Z]))` + plain(word))
		default:
			hump := regexp.QuoteMeta(string(unicode.ToUpper(first)))
			b.WriteString(`(?:` + between + plain(word) + `|(?-i:` + hump + `)` + plain(word[size:]) + `)`)
		}
	}
	return b.String()
}

// Has tells whether a name looks secret, also as an option, or of a path the name of any step.
func (n *Names) Has(name string) bool {
	if n == nil {
		return false
	}
	if n.whole.MatchString(strings.TrimLeft(name, "-")) {
		return true
	}
	if path, err := plain.ParsePath(name); err == nil && slices.ContainsFunc(path, n.step) {
		return true
	}
	steps := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(`.[]"'`, r) })
	return len(steps) > 1 && slices.ContainsFunc(steps, n.whole.MatchString)
}

// step tells whether a step of a path looks secret.
func (n *Names) step(key plain.Key) bool {
	return key.Kind == plain.String && n.whole.MatchString(key.Text)
}

// Text gives a text without the values of names that look secret.
func (n *Names) Text(text string) string {
	if n == nil || !n.mentions.MatchString(text) {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		for _, w := range n.ways {
			line = w.without(line)
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}
