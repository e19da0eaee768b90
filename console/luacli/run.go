package luacli

import (
	"fmt"
	"path/filepath"
	"strings"

	"lunarium/runtime/vm"

	"lunarium/console/line"
	"lunarium/console/usage"
)

// This file does what a command line says.

// Called tells whether the program was called by the name of the reference
// interpreter, by a link such as lua or lua5.2: then it is one.
func Called(program string) bool {
	return strings.HasPrefix(filepath.Base(program), "lua")
}

// Run is "lunarium lua": plain Lua, no services, with the options and the
// behaviour of the reference interpreter (lua.c). A terminal without a script is
// a prompt.
func Run(args []string, p Program) int {
	std := p.Streams
	argv := append([]string{std.Program, "lua"}, args...)
	if Called(std.Program) {
		argv = append(argv[:1:1], args...)
	}
	o, err := parseOptions(argv, len(argv)-len(args))
	if err != nil {
		fmt.Fprintf(std.Err, "%s: %v\n%s", std.Program, err, usageText())
		return usage.ExitUsage
	}
	terminal := line.IsTerminal(std.In)
	if o.version {
		fmt.Fprintln(std.Out, "Lunarium "+p.Version+"  Lua 5.2, the language of Lua.org, PUC-Rio")
	}
	l := newInterpreter(p, o.environment())
	defer l.close()
	l.state.Memory().SetLimit(o.memLimit)
	if l.initialise(o) && l.runSteps(o.steps) && l.runScript(o, terminal) {
		if o.interactive || o.prompts(terminal) {
			return l.converse(std, terminal)
		}
		return usage.ExitOK
	}
	return usage.ExitFailed
}

// initialise does what LUA_INIT says: code, or a file behind an @.
func (l *interpreter) initialise(o *options) bool {
	name, code := o.environment().initial()
	if path, isFile := strings.CutPrefix(code, "@"); isFile {
		return l.runFile(path, nil)
	}
	return code == "" || l.runString("="+name, code)
}

// runSteps does what the options -e and -l say, in their order.
func (l *interpreter) runSteps(steps []step) bool {
	for _, s := range steps {
		if s.module == "" {
			if !l.runString("=(command line)", s.code) {
				return false
			}
			continue
		}
		values, err := l.call(l.state.Globals.GetString("require"), vm.String(s.module))
		if err != nil {
			return l.report(err)
		}
		l.state.Globals.SetString(s.module, first(values))
	}
	return true
}

// runScript runs the script, or the standard input when there is nothing else to do.
func (l *interpreter) runScript(o *options, terminal bool) bool {
	if o.script < 0 {
		return !o.nothingElse() || terminal || l.runFile("", nil)
	}
	arg := l.state.NewTable(len(o.argv), 0)
	for i, a := range o.argv {
		arg.SetInt(i-o.script, vm.String(a))
	}
	l.state.Globals.SetString("arg", vm.TableValue(arg))
	var values []vm.Value
	for _, a := range o.argv[o.script+1:] {
		values = append(values, vm.String(a))
	}
	path := o.argv[o.script]
	if path == "-" && o.argv[o.script-1] != "--" {
		path = ""
	}
	return l.runFile(path, values)
}
