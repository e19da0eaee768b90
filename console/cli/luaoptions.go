package cli

import (
	"fmt"
	"os"
	"strings"
)

const luaUsage = `usage: lunarium lua [options] [script [args]]
options:
  -e stat  execute string 'stat'
  -i       enter interactive mode after executing 'script'
  -l name  require library 'name'
  -v       show version information
  -E       ignore environment variables
  --memlimit size  the memory that Lua may hold, like 64MB
  --       stop handling options
  -        stop handling options and execute stdin
`

const luaVersion = "Lunarium " + version + "  Lua 5.2, the language of Lua.org, PUC-Rio"

const defaultLuaPath = "./?.lua;./?/init.lua"

// luaOptions is the command line of plain Lua.
type luaOptions struct {
	argv        []string // with the program's own name
	script      int      // its index in argv, -1 without one
	steps       []luaStep
	interactive bool
	version     bool
	ignoreEnv   bool
	memLimit    int // bytes; 0: none
}

// luaStep is an option -e, or -l when module is set.
type luaStep struct{ code, module string }

// nothingElse tells whether the standard input is what is to be run.
func (o *luaOptions) nothingElse() bool {
	if o.script >= 0 || o.version {
		return false
	}
	for _, s := range o.steps {
		if s.module == "" {
			return false
		}
	}
	return true
}

// prompts tells whether a terminal is asked for code.
func (o *luaOptions) prompts(terminal bool) bool { return terminal && o.nothingElse() }

func (o *luaOptions) environment() environment { return environment{ignored: o.ignoreEnv} }

// parseLuaOptions reads argv from first on (lua.c, collectargs).
func parseLuaOptions(argv []string, first int) (*luaOptions, error) {
	o := &luaOptions{argv: argv, script: -1}
	for i := first; i < len(argv); i++ {
		option := argv[i]
		switch {
		case option == "-" || !strings.HasPrefix(option, "-"):
			o.script = i
			return o, nil
		case option == "--":
			if i+1 < len(argv) {
				o.script = i + 1
			}
			return o, nil
		case option == "--memlimit":
			if i++; i >= len(argv) {
				return nil, fmt.Errorf("'%s' needs argument", option)
			}
			limit, err := parseSize(argv[i])
			if err != nil {
				return nil, err
			}
			o.memLimit = limit
		case option == "-E":
			o.ignoreEnv = true
		case option == "-i":
			o.interactive, o.version = true, true
		case option == "-v":
			o.version = true
		case option[1] == 'e' || option[1] == 'l':
			value := option[2:]
			if value == "" {
				if i++; i >= len(argv) || strings.HasPrefix(argv[i], "-") {
					return nil, fmt.Errorf("'%s' needs argument", option)
				}
				value = argv[i]
			}
			o.steps = append(o.steps, newLuaStep(option[1], value))
		default:
			return nil, fmt.Errorf("unrecognized option '%s'", option)
		}
	}
	return o, nil
}

func newLuaStep(option byte, value string) luaStep {
	if option == 'l' {
		return luaStep{module: value}
	}
	return luaStep{code: value}
}

// environment gives the variables that plain Lua heeds.
type environment struct{ ignored bool }

// lookup finds a variable by its name with the version's suffix, or without.
func (e environment) lookup(name string) (found, value string, ok bool) {
	if e.ignored {
		return "", "", false
	}
	for _, n := range []string{name + "_5_2", name} {
		if value, ok := os.LookupEnv(n); ok {
			return n, value, true
		}
	}
	return "", "", false
}

// path gives a search path, in which ";;" stands for the default one.
func (e environment) path(name, standard string) string {
	_, path, ok := e.lookup(name)
	if !ok {
		return standard
	}
	const mark = "\x01"
	path = strings.ReplaceAll(path, ";;", ";"+mark+";")
	return strings.ReplaceAll(path, mark, standard)
}

// initial gives the code that is run before everything else, and the name of
// the variable that holds it.
func (e environment) initial() (name, code string) {
	name, code, _ = e.lookup("LUA_INIT")
	return name, code
}
