// Package lua is Lua 5.2's library, with the additions that service code calls
// (table.move, table.deepcopy, math.tointeger, utf8, string.pack, compress_table,
// lfs …).
//
// Open puts everything into a state. What reaches outside the state (streams,
// clock, files, the compiler, the environment) comes in through a Host, so that
// one process can give each state its own and a test can give a fixed one.
//
// Invariants:
//   - A library is a vm.Template: named functions that all states share, made
//     once. What a function needs of its state it finds through the thread
//     (see Libraries); no function holds a state. Nothing registers itself.
//   - All of it runs on the goroutine that runs the state; no function here
//     keeps a goroutine of its own or locks.
//   - A function that runs Lua code which may have to wait (pcall, dofile,
//     require, __pairs) hands over to the machine with Thread.CallThen or
//     Thread.Protect. table.sort's comparator, load's reader and gsub's
//     replacement run by Thread.Call and cannot be suspended, as in Lua 5.2.
//   - Strings that a function builds are announced with Thread.Take before their
//     memory is taken (reserve, put), so that a state's limit holds.
//   - Error text is the reference implementation's.
package lua
