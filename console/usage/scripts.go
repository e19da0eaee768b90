package usage

// This file holds what shells run to ask for that.

// What shells run to complete a line.

import (
	"embed"
	"strings"
)

// Each script asks the program itself: "PROGRAM completion ask WORD...", which answers
// as Completion.Write does.
//
//go:embed scripts
var scripts embed.FS

// Shells are those that Script knows.
var Shells = []string{"bash", "zsh", "fish"}

// Script gives what one of Shells has to read so that it completes the program's words.
func (p *Program) Script(shell string) (string, error) {
	text, err := scripts.ReadFile("scripts/complete." + shell)
	return strings.ReplaceAll(string(text), "PROGRAM", p.Name), err
}
