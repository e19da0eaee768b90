package console

import (
	"fmt"
	"strconv"
	"strings"

	"lunarium/console/render"
)

// This file refuses numbers of tasks, timers and versions that are not there, and names
// those that are.

// MostNumbers bounds the numbers that a refusal lists.
const MostNumbers = 10

// NoNumber refuses a number and says which ones there are: the first of very many.
// lists is the command that shows them.
func NoNumber(what string, number uint64, there []uint64, total int, lists string) error {
	if total == 0 {
		return fmt.Errorf("no %s %d; there are none", what, number)
	}
	var shown []string
	for _, n := range there[:min(len(there), MostNumbers)] {
		shown = append(shown, strconv.FormatUint(n, 10))
	}
	text := strings.Join(shown, ", ")
	if left := total - len(shown); left > 0 {
		text += fmt.Sprintf(" and %s more", render.Count(left))
	}
	verb := "are"
	if total == 1 {
		verb = "is"
	}
	return fmt.Errorf("no %s %d; there %s %s, \"%s\" tells more", what, number, verb, text, lists)
}
