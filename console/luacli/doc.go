// Package luacli is "lunarium lua": plain Lua without a node, with the options and the
// behaviour of the reference interpreter (lua.c), and the libraries that need no service.
//
// Run owns the machine on the goroutine that it is called on. A goroutine of its own waits
// for an interrupt while code runs. At a prompt, the editor completes only while it waits
// for a line.
//
// Glossary:
//   - interpreter: a machine with the libraries and no node around it
//   - step: what an option -e or -l has done before the script
//   - prompt: lines of a terminal; pipe: lines that no terminal sends
//
// Files, from the ground up:
//   - options.go: the options, and the variables of the environment
//   - signals.go: what an interrupt does to code that runs
//   - interpreter.go: the machine with its libraries; calls, chunks, errors
//   - pipe.go: lines from a pipe
//   - prompt.go: lines from a terminal
//   - run.go: what a command line says, step by step
package luacli
