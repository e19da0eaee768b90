// Package message moves plain Lua data between states: by a direct copy into
// detached tables, or as bytes in skynet's serialisation format (lua-seri),
// which a real skynet reads and writes.
//
// Plain data are nil, booleans, numbers, strings and tables of them. A table
// that is reached twice arrives as two tables; metatables stay behind, but a
// __pairs metamethod decides what is sent of its table, as in skynet.
//
// Invariants:
//   - Nothing here keeps a value, starts a goroutine or holds a lock. Copy and
//     Append read tables of one state and run on the goroutine that owns it;
//     Unpack makes tables in the state that it is given.
//   - Input may be hostile: what Unpack allocates is bounded by a small multiple
//     of the input's length, and nesting by MaxDepth.
package message
