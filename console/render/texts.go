package render

import (
	"fmt"
	"strings"

	"lunarium/runtime/visible"
)

// This file shows the first of many texts.

// mostTexts is how many texts one row shows.
const mostTexts = 100

// Texts are the first of a row's texts, such as a service's names. In JSON they are an
// array, whose last element tells how many there are beside them: {"$more": n}.
type Texts struct {
	First []string
	More  int
}

// FirstTexts gives those of all texts that a row shows.
func FirstTexts(all []string) Texts {
	shown := min(len(all), mostTexts)
	return Texts{all[:shown], len(all) - shown}
}

// String gives the texts on one line.
func (t Texts) String() string {
	text := strings.Join(t.First, " ")
	if t.More > 0 {
		text += fmt.Sprintf(" … %s more", Count(t.More))
	}
	return visible.Line(text)
}

// List gives the texts on one line, with commas between them.
func (t Texts) List() string {
	text := strings.Join(t.First, ", ")
	if t.More > 0 {
		text += fmt.Sprintf(", … %s more", Count(t.More))
	}
	return text
}
