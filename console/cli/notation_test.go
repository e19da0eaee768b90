package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// goQuotes finds what writes a text as Go does, with \x1b where all else is shown
// with \027.
var goQuotes = regexp.MustCompile(`".*%[+#]?q|%[+#]?q.*"|strconv\.(Append)?Quote|slog\.New(Text|JSON)Handler`)

// TestEscapesHaveOneNotation: what people read is quoted by visible.Quote.
func TestEscapesHaveOneNotation(t *testing.T) {
	t.Chdir(root)
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !strings.HasSuffix(file, ".go"), strings.HasSuffix(file, "_test.go"), forTests[filepath.Base(filepath.Dir(file))]:
			return nil
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(content), "\n") {
			if goQuotes.MatchString(line) {
				t.Errorf("%s:%d: %s", file, i+1, strings.TrimSpace(line))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
