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
//
// Glossary: a library is a vm.Template; a host is what reaches outside; a stream is a
// file, pipe or standard stream; a pattern is Lua's; a searcher finds a module.
//
// Files, from the ground up:
//   - host.go: what the libraries may use of the world
//   - library.go: what the libraries keep of one state, and how a function finds it
//   - slow.go: waits for what takes long that can be interrupted
//   - strerror.go: the system's errors as C words them
//   - string_buffer.go: how functions build strings, and the parts of strings
//   - string_charset.go: classes of bytes, as C's ctype.h and patterns have them
//   - string_pattern.go: patterns, matched at one place
//   - string_match.go: find, match, gmatch and gsub
//   - string_directive.go: one conversion of string.format, with its flags and width
//   - string_formatfloat.go: floating-point numbers as C's printf writes them
//   - string_format.go: string.format
//   - string_pack.go: the formats of string.pack and string.unpack, and pack
//   - string_unpack.go: string.unpack
//   - string.go: the library string
//   - utf8.go: the library utf8
//   - table_deepcopy.go: table.deepcopy
//   - table_sort.go: table.sort
//   - table.go: the library table
//   - math.go: the library math
//   - bit32.go: the library bit32
//   - coroutine.go: the library coroutine
//   - os_relay.go: what a command writes, copied to a stream
//   - os_relay_unix.go: how a pipe is read that the command's children may hold, on Unix
//   - os_relay_other.go: how a pipe is read elsewhere than on Unix
//   - os_process.go: shell commands, which os.execute and io.popen start
//   - os_processor_unix.go: the processor time of the process, on Unix
//   - os_processor_windows.go: the processor time of the process, on Windows
//   - readings.go: what is read of the world, for recordings
//   - os_date.go: times as text and as tables
//   - os.go: the library os
//   - io_file.go: files in the hands of Lua code, written and closed
//   - io_tried.go: what code that is only tried does not do to open files
//   - io_read.go: what read and lines read
//   - io.go: the library io, and the methods of files
//   - io_popen.go: io.popen
//   - lfs_attributes.go: what lfs tells about a file
//   - lfs_lock.go: the locks of lfs
//   - lfs_linux.go: what lfs asks of Linux
//   - lfs_other.go: what lfs asks of other systems
//   - lfs.go: the library lfs
//   - base_collectgarbage.go: collectgarbage
//   - base_compress.go: compress_table
//   - base_pcall.go: pcall and xpcall
//   - base_load.go: load, loadfile and dofile
//   - package.go: the library package, and require
//   - package_module.go: module and package.seeall, which are Lua 5.1's
//   - base.go: the globals that are functions
//   - debug_info.go: debug.getinfo
//   - debug.go: the library debug
//   - open.go: how the libraries are put into a state
//
// What calls upwards:
//   - library.go to io.go: the state keeps the streams
//   - library.go to math.go: the state keeps the random numbers
//   - io.go to io_popen.go: popen is a function of io
//   - lfs_attributes.go to lfs_linux.go: each system has attributes of its own
//   - lfs_lock.go to lfs_linux.go: each system locks in its way
//   - os_relay.go to os_relay_unix.go: each system waits for a pipe in its way
//   - package.go to package_module.go: seeall is a function of package
package lua
