// Package skynet is skynet's API as services call it: what require "skynet" gives, and
// the modules below it that are written in Lua (lua/).
//
// Open puts it, with Lua's library, into a service's state. The functions are shared by
// all services (vm.Template) and find theirs by the thread that they run on. All of it
// runs on the service's own thread; waiting, names and messages are runtime/service's.
//
// Glossary: a protocol is a name, a number, pack and unpack; a session is the number of a
// request; a response is the right to answer, taken over; a token is what sleep and wait
// are woken by.
//
// Files, from the ground up:
//   - library.go: what the library keeps of a service, and how a function finds it
//   - payload.go: what messages carry: values packed, unpacked and copied
//   - module.go: the library's modules in Lua, and what loads them
//   - standard.go: the message types that are there from the start
//   - service.go: what a service's libraries may use of the world
//   - message.go: messages sent and answered
//   - launch.go: services that begin and end
//   - protocol.go: message types and their handlers
//   - task.go: tasks and time
//   - name.go: addresses, names, settings, and what the manager adds
//   - info.go: what a service tells about itself, and tracing
//   - open.go: what require "skynet" gives, and how it is put into a service
//
// What calls upwards:
//   - payload.go to message.go: values that go to ret are not packed
package skynet
