// Package json is what require "json" gives: Lua values to JSON text (RFC 8259)
// and back.
//
// The parser is our own and works on the values of the machine. encoding/json
// can't do what is wanted here: its tokens have no line, it replaces invalid
// UTF-8 and lone surrogates without a word, and going through its tokens or
// through map[string]any makes every value twice. (Its successor's jsontext,
// which would do, is an experiment that has to be switched on when Go is built.)
// encoding/json is the judge instead: tests and fuzzing compare both, in what is
// accepted, in every value and in every byte written.
//
// Invariants:
//   - Everything runs on the goroutine that runs the state and keeps nothing
//     but two metatables and json.null; long work polls for a kill.
//   - Depth, length and number of values are bounded both ways, so that neither
//     a small text nor a small web of shared tables becomes something huge.
//   - What encode writes, decode reads back as the same data, and encode then
//     writes the same bytes: keys are sorted, arrays keep their mark.
//   - Strings that decode gives share no bytes with the text.
//
// Glossary: a mark tells an array from an object where a table leaves it open; null is the
// value json.null; depth is how far values lie in each other.
//
// Files, from the ground up:
//   - marks.go: null, and the marks of arrays and objects
//   - options.go: the options of encode and decode
//   - encode.go: encode
//   - decoder.go: the text that is decoded, the place in it, and errors that name the place
//   - decode_string.go: how strings are decoded
//   - decode.go: decode
//   - json.go: the module and its functions
package json
