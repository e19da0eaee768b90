// Package stdlib wires the libraries as Lua code sees them: which module require
// opens with what of the world (modules.go), and what a service has (service.go).
//
//	lua       Lua 5.2's library, with what service code calls beside it; lfs
//	skynet    skynet's API, and the modules of it that are written in Lua
//	cache dbpool http json persist versions: modules, each opened by the first
//	          require of its name
//
// A module's package knows the machine, its host, what codes values and what guards
// addresses, but no service: it waits by host.Await and takes in what happens outside by
// host.Post. skynet alone knows services.
//
// Glossary: a module is what require opens; a library is a set of declared functions; a
// declaration is what is known of a function besides its code: its parameters, its effect,
// a line of help.
//
// Files, from the ground up:
//   - declarations.go: what all libraries declare
//   - modules.go: the libraries that require opens
//   - service.go: the libraries of a service
package stdlib
