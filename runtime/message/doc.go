// Package message is what services say to each other, without the services: the envelope
// with its addresses, the failure that comes instead of an answer, the mailbox where
// messages wait, and how plain Lua data gets from one state into another: by a direct copy
// into detached tables, or as bytes in skynet's serialisation format (lua-seri), which a
// real skynet reads and writes.
//
// Plain data are nil, booleans, numbers, strings and tables of them. A table
// that is reached twice arrives as two tables; metatables stay behind, but a
// __pairs metamethod decides what is sent of its table, as in skynet.
//
// Invariants:
//   - Nothing here starts a goroutine. A Mailbox is locked; an Inbox belongs to the
//     worker that took it. The codec keeps no value: Copy and
//     Append read tables of one state and run on the goroutine that owns it;
//     Unpack makes tables in the state that it is given.
//   - Input may be hostile: what Unpack allocates is bounded by a small multiple
//     of the input's length, and nesting by MaxDepth.
//
// Glossary: a payload is what a message carries; a request is a message with a session, to
// which an answer is expected; a failure says why there is none; a payload is packed when
// it is bytes, and direct when it is values.
//
// Files, from the ground up:
//   - pairs.go: what is sent of a table
//   - error.go: what can't be sent or read, and where it is
//   - copy.go: from one state into another
//   - pack.go: values to bytes
//   - unpack.go: bytes to values
//   - excerpt.go: the beginning of a message's values, kept in a bounded room
//   - excerpt_text.go: excerpts as Lua writes them
//   - address.go: the numbers of services
//   - type.go: protocol numbers
//   - failure.go: what is told instead of an answer
//   - trace.go: what goes along with a message that belongs to something traced
//   - envelope.go: what a message is besides its values
//   - unchecked.go: nothing is spoiled
//   - checked.go: with the build tag checked, what was given back is spoiled
//   - numbers.go: the numbers of messages that wait, for people
//   - mailbox.go: where messages wait for their service
//   - mailbox_look.go: messages that wait are looked at, and taken out
package message
