package command

import (
	"strings"
	"testing"

	"lunarium/console/render"
)

// Help breaks lines between words only, and keeps within the screen.
func TestHelpIsBrokenBetweenWords(t *testing.T) {
	for _, c := range Table().All() {
		for _, width := range []int{40, 72} {
			text := c.Text(width)
			for _, line := range strings.Split(text, "\n") {
				if render.Width(line) > width && !strings.HasPrefix(line, "  >") {
					t.Errorf("help %s at %d columns has the line %q", c.Name, width, line)
				}
			}
			if want, got := strings.Fields(c.Text(0)), strings.Fields(text); strings.Join(want, " ") != strings.Join(got, " ") {
				t.Errorf("help %s at %d columns has other words", c.Name, width)
			}
		}
	}
}
