package render

import (
	"os"
	"strings"

	"lunarium/console/secret"

	"github.com/fatih/color"
)

// This file gives text its colours.

// Role is the meaning of a piece of text, from which its colour follows.
type Role uint8

// The roles. Plain text has no colour.
const (
	Plain Role = iota
	Error
	Warning
	Address
	String
	Number
	Keyword // true, false, nil
	Key     // a table's key, a variable's name
	Code    // functions, userdata, threads
	Note    // counts, "same as", "more": said by the console about a value
	Header
	Added
	Removed
	Changed
	roles
)

var attributes = [roles][]color.Attribute{
	Error:   {color.FgRed},
	Warning: {color.FgYellow},
	Address: {color.FgCyan},
	String:  {color.FgGreen},
	Number:  {color.FgBlue},
	Keyword: {color.FgMagenta},
	Key:     {color.Bold},
	Code:    {color.FgMagenta},
	Note:    {color.Faint},
	Header:  {color.Faint},
	Added:   {color.FgGreen},
	Removed: {color.FgRed},
	Changed: {color.FgYellow, color.Bold},
}

// Palette paints text by its role. The zero Palette paints nothing. A Palette
// may be used by several goroutines.
type Palette struct{ colors *[roles]*color.Color }

// NewPalette gives a palette that paints, whatever the process's own terminal
// is, or one that does not.
func NewPalette(enabled bool) Palette {
	if !enabled {
		return Palette{}
	}
	var p Palette
	p.colors = new([roles]*color.Color)
	for role, a := range attributes {
		if len(a) > 0 {
			p.colors[role] = color.New(a...)
			p.colors[role].EnableColor()
		}
	}
	return p
}

// Enabled tells whether the palette paints.
func (p Palette) Enabled() bool { return p.colors != nil }

// Paint gives s in the colour of its role, line by line.
func (p Palette) Paint(role Role, s string) string {
	if p.colors == nil || role >= roles || p.colors[role] == nil || s == "" {
		return s
	}
	if !strings.Contains(s, "\n") {
		return p.colors[role].Sprint(s)
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = p.Paint(role, l)
	}
	return strings.Join(lines, "\n")
}

// Error paints an error's text.
func (p Palette) Error(s string) string { return p.Paint(Error, s) }

// Warning paints a warning's text.
func (p Palette) Warning(s string) string { return p.Paint(Warning, s) }

// Note paints what the console says about something.
func (p Palette) Note(s string) string { return p.Paint(Note, s) }

// Address paints a service's address or name.
func (p Palette) Address(s string) string { return p.Paint(Address, s) }

// Key paints a name that stands before its value.
func (p Palette) Key(s string) string { return p.Paint(Key, s) }

// Style tells how text is made: its colours and the columns it may take.
// Width 0 means that nothing is cut short, and that 80 columns decide whether
// a table is shown on one line.
type Style struct {
	Palette Palette
	Width   int
	Secrets *secret.Names // whose values are not shown; nil: all are
}

const plainWidth = 80

func (s Style) columns() int {
	if s.Width > 0 {
		return s.Width
	}
	return plainWidth
}

func ColorWanted(mode string, terminal bool) bool {
	switch mode {
	case "always":
		return true
	case "never":
		return false
	}
	return terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
