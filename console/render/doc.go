// Package render turns plain data into text: one-line values, trees, tables,
// units, differences, colour and JSON. It holds no state, starts no goroutine
// and never writes anywhere; a session writes what it returns.
//
// Invariants:
//
//   - Results have no newline at the end and no blanks at the end of a line.
//   - Bytes that could act on a terminal are never passed through: strings are
//     quoted as Lua literals, other foreign text goes through [visible.Text] or [visible.Line].
//   - The same data and the same [Style] give the same bytes. The zero Style is
//     plain text of no particular width, which recorded sessions use.
//   - Colour repeats what the text says; nothing is told by colour alone.
//
// Glossary: a style is a palette and a width; a role is what a colour means; a cell is a
// field of a table; a root is where a tree begins; a mark is a colour that depends on what
// a cell says.
//
// Files, from the ground up:
//   - palette.go: roles and their colours, and the style of a session
//   - units.go: durations, sizes and counts
//   - text.go: the width of text, and lines of coloured pieces
//   - sparkline.go: how a number went, as bars
//   - texts.go: the first of many texts
//   - inline.go: values on one line
//   - tree.go: values as trees
//   - table.go: tables
//   - diff.go: differences between texts
//   - json.go: replies as JSON
//   - json_value.go: Lua values as JSON
//
// What calls upwards:
//   - json.go to json_value.go: a reply holds values
package render
