package access

import "regexp"

// This file keeps what must not be read out of logs.

// hidden stands for what is not shown.
const hidden = "•••"

const (
	// secretName is a name that looks secret.
	secretName = `[\w.-]*(?:(?:pass|pwd|secret|token|credential)[\w.-]*|(?:key|auth|authorization|authentication)\d*)`
	// secretText is a string of Lua, however unfinished, also as JSON has it.
	secretText = `"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\[\[.*?\]\]|\[=\[.*?\]=\]|\[==\[.*?\]==\]|\[=*\[.*|\\".*?(?:\\"|$)`
	// secretOne is such a text, a call, which may have the secret in its arguments, or a word, with
	// the scheme of an authorization before it.
	secretOne = `(?:` + secretText + `|[\w.:]+\s*(?:\(.*|` + secretText + `)|(?:(?:bearer|basic)\s+)?[^\s,;})\]]+)`
	// secretValue is what was put together of them, too.
	secretValue = secretOne + `(?:\s*\.\.\s*` + secretOne + `)*`
)

// secrets are the ways in which lines tell secrets; what their first and last group hold stays.
var secrets = []*regexp.Regexp{
	// the words of set and setenv, of which all the rest is the value
	regexp.MustCompile(`(?i)^(\s*(?:set|setenv)\s(?:.*?\s)?` + secretName + `\s+)[^=\s].*()$`),
	// an option: --password x
	regexp.MustCompile(`(?i)((?:^|\s)--?` + secretName + `\s+)` + secretValue + `()`),
	// a name, and then what it is: "password", "x"; "name": "password", "value": "x"
	regexp.MustCompile(`(?i)(["']` + secretName + `["']\s*,\s*(?:"value"\s*:\s*)?)` + secretValue + `()`),
	// what a name is set to or compared with: password = "x", {token: 'x'}, key ~= "x"
	regexp.MustCompile(`(?i)(` + secretName + `\\?["']?\]?\s*(?:==|~=|=|:)\s*)` + secretValue + `()`),
	// the password of a URL: postgres://user:password@host
	regexp.MustCompile(`(?i)([a-z][a-z0-9+.-]*://[^\s:/@"']*:)[^\s/"']+(@)`),
}

// WithoutSecrets gives a line without the values of names that look secret.
func WithoutSecrets(line string) string {
	for _, s := range secrets {
		line = s.ReplaceAllString(line, "${1}"+hidden+"${2}")
	}
	return line
}
