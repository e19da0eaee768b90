package rules

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// goQuotes finds what writes a text as Go does, with \x1b where all else is shown
// with \027.
var goQuotes = regexp.MustCompile(`".*%[+#]?q|%[+#]?q.*"|strconv\.(Append)?Quote|slog\.New(Text|JSON)Handler`)

// TestEscapesHaveOneNotation: what people read is quoted by visible.Quote.
func TestEscapesHaveOneNotation(t *testing.T) {
	t.Parallel()
	for _, file := range programFiles(t) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(content), "\n") {
			if goQuotes.MatchString(line) {
				t.Errorf("%s:%d: %s", file, i+1, strings.TrimSpace(line))
			}
		}
	}
}
