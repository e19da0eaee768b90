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
package render
