// Package plain says what a Lua value looks like outside of its service: values and
// paths as plain data, detached from any machine. What the console prints, JSON and
// the page are made from them; nothing here waits, locks or starts goroutines.
//
// Values are sorted and limited where they are made, so that the same state always
// gives the same bytes.
//
// Glossary:
//   - value: a Lua value as data; a table has its entries, as far as limits allow
//   - key: one step of a path, a string, number or boolean
//   - path: the keys from a service's variables to a value, as rooms.lobby.users[1]
//   - limits: how deep, how wide and how long what is shown may be
//
// Files, from the ground up:
//   - value.go: values, their order, numbers as people read them
//   - limits.go: how deep, how wide and how long what is shown may be
//   - path.go: keys and paths, written and read
package plain
