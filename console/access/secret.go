package access

import "regexp"

// This file keeps what must not be read out of logs.

// hidden stands for what is not shown.
const hidden = "•••"

var (
	// secretPair finds a name that looks secret with what follows it: password = "x",
	// {token: 'x'}, "password", "x".
	secretPair = regexp.MustCompile(`(?i)([\w.-]*(?:passw(?:or)?d|passphrase|secret|token|api_?key|private_?key|credential)s?["']?\]?\s*[=:,]\s*)` + secretValue)
	// secretSet finds the same in the words of set and setenv.
	secretSet = regexp.MustCompile(`(?i)^(\s*(?:set|setenv)\s.*?(?:passw(?:or)?d|passphrase|secret|token|api_?key|private_?key|credential)\S*\s+)(.*)$`)
)

const secretValue = `("(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\[\[.*?(?:\]\]|$)|[^\s,;}]+)`

// withoutSecrets gives a line without the values of names that look secret.
func withoutSecrets(line string) string {
	line = secretSet.ReplaceAllString(line, "${1}"+hidden)
	return secretPair.ReplaceAllString(line, "${1}"+hidden)
}
