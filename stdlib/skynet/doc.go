// Package skynet is skynet's API as services call it: what require "skynet" gives, and
// the modules below it that are written in Lua (lua/).
//
// Open puts it, with Lua's library, into a service's state. The functions are shared by
// all services (vm.Template) and find theirs by the thread that they run on. All of it
// runs on the service's own thread; waiting, names and messages are runtime/service's.
package skynet
