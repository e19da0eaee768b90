package cli

import (
	"fmt"
	"os"
	"strings"

	"lunarium/console/usage"
)

// luaFlag is an option of plain Lua: what people are told of it, and what it does.
type luaFlag struct {
	usage.Flag
	take func(o *luaOptions, value string) error
}

// luaTable has all of them, with the words and in the order of lua.c.
var luaTable = []luaFlag{
	{usage.Flag{Name: "-e", Value: named("stat"), Help: "execute string 'stat'", Repeated: true}, func(o *luaOptions, value string) error {
		o.steps = append(o.steps, luaStep{code: value})
		return nil
	}},
	{usage.Flag{Name: "-i", Help: "enter interactive mode after executing 'script'"}, func(o *luaOptions, _ string) error {
		o.interactive, o.version = true, true
		return nil
	}},
	{usage.Flag{Name: "-l", Value: named("name"), Help: "require library 'name'", Repeated: true}, func(o *luaOptions, value string) error {
		o.steps = append(o.steps, luaStep{module: value})
		return nil
	}},
	{usage.Flag{Name: "-v", Help: "show version information"}, func(o *luaOptions, _ string) error {
		o.version = true
		return nil
	}},
	{usage.Flag{Name: "-E", Help: "ignore environment variables"}, func(o *luaOptions, _ string) error {
		o.ignoreEnv = true
		return nil
	}},
	{usage.Flag{Name: "--memlimit", Value: named("size"), Help: "the memory that Lua may hold, like 64MB"}, func(o *luaOptions, value string) (err error) {
		o.memLimit, err = parseSize(value)
		return err
	}},
}

// luaFlags gives what people are told of them.
func luaFlags() []usage.Flag {
	flags := make([]usage.Flag, len(luaTable))
	for i := range luaTable {
		flags[i] = luaTable[i].Flag
	}
	return flags
}

// luaUsage is what lua.c says after a wrong option.
func luaUsage() string {
	var b strings.Builder
	b.WriteString("usage: lunarium lua [options] [script [args]]\noptions:\n")
	for _, f := range luaTable {
		fmt.Fprintf(&b, "  %-7s  %s\n", strings.TrimSpace(f.Name+" "+f.Value.Name), f.Help)
	}
	b.WriteString("  --       stop handling options\n  -        stop handling options and execute stdin\n")
	return b.String()
}

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
		}
		known, value := findLuaFlag(option)
		switch {
		case known == nil:
			return nil, fmt.Errorf("unrecognized option '%s'", option)
		case known.Value.Name != "" && value == "":
			if i++; i >= len(argv) || isShort(known.Name) && strings.HasPrefix(argv[i], "-") {
				return nil, fmt.Errorf("'%s' needs argument", option)
			}
			value = argv[i]
		}
		if err := known.take(o, value); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// findLuaFlag finds an option. The value of one with a single dash may be attached to it.
func findLuaFlag(option string) (known *luaFlag, value string) {
	for i := range luaTable {
		f := &luaTable[i]
		if option == f.Name {
			return f, ""
		}
		if attached, ok := strings.CutPrefix(option, f.Name); ok && isShort(f.Name) && f.Value.Name != "" {
			return f, attached
		}
	}
	return nil, ""
}

func isShort(flag string) bool { return !strings.HasPrefix(flag, "--") }

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
