package rules

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The files that documents name in full are there, and so are the functions that stand
// behind a file: "`path/file.go` (one, other)", or "(`path/file.go`, one, other; …)".

var (
	namedFile       = regexp.MustCompile("`((?:console|docs|inspect|runtime|stdlib)/[\\w/]+\\.go)`")
	functionsBeside = regexp.MustCompile("`([\\w/]+\\.go)` \\(((?:\\w+(?:,\\s+|\\)))+)")
	functionsBehind = regexp.MustCompile("`([\\w/]+\\.go)`((?:,\\s+\\w+)+)[;)]")
	aFunction       = regexp.MustCompile(`\w+`)
)

func TestDocumentsNameWhatIsThere(t *testing.T) {
	t.Parallel()
	documents, err := filepath.Glob("docs/*.md")
	if err != nil || len(documents) == 0 {
		t.Fatal(err, documents)
	}
	files, functions := 0, 0
	for _, document := range documents {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		content := withoutBlocks(string(text))
		for _, m := range namedFile.FindAllStringSubmatch(content, -1) {
			files++
			if _, err := os.Stat(m[1]); err != nil {
				t.Errorf("%s names %s, which is not there", document, m[1])
			}
		}
		for _, form := range []*regexp.Regexp{functionsBeside, functionsBehind} {
			for _, m := range form.FindAllStringSubmatch(content, -1) {
				source, err := os.ReadFile(m[1])
				if err != nil {
					continue
				}
				for _, name := range aFunction.FindAllString(m[2], -1) {
					functions++
					if !regexp.MustCompile(`(?m)^func (\([^)]*\) )?` + name + `\b`).Match(source) {
						t.Errorf("%s says that %s has a function %s", document, m[1], name)
					}
				}
			}
		}
	}
	if files < 40 || functions < 60 {
		t.Errorf("only %d files and %d functions were found in the documents", files, functions)
	}
}

// withoutBlocks takes the fenced blocks out of a document.
func withoutBlocks(text string) string {
	var b strings.Builder
	inside := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "```") {
			inside = !inside
		} else if !inside {
			b.WriteString(line)
		}
	}
	return b.String()
}
