// Package recorded writes what the world answered services as text on one line, for recordings, and reads it
// again: values as Lua literals, errors, and that there was no answer.
//
//	{status = 200, headers = {["content-type"] = "text/plain"}, body = "hi\n"}
//	error "connection refused"
//	no answer
//	too large
//
// What is written is read as the same: numbers are exact, strings are any bytes, and tables keep the order of
// their fields, which the order of pairs comes from. The package holds no state and starts no goroutine.
//
// Glossary: a value is nil, a bool, a float64, a string or a Table; an answer is a value, or why there is none.
//
// Files, from the ground up:
//   - value.go: values and answers, written
//   - parse.go: they are read
package recorded
