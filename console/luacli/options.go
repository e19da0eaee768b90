package luacli

import (
	"fmt"
	"os"
	"strings"

	"lunarium/console/usage"
	"lunarium/stdlib/lua"
)

// This file holds the options and the variables of plain Lua.

// Program is what plain Lua is run as.
type Program struct {
	usage.Streams
	Version string
	History string // the file of the lines that were entered at a prompt; "": none
	// Module gives what opens a module that is not a file, as lua.Host's; nil: there are none.
	Module func(name string) lua.Module
}

// flag is an option of plain Lua: what people are told of it, and what it does.
type flag struct {
	usage.Flag
	take func(o *options, value string) error
}

// flags has all of them, with the words and in the order of lua.c.
var flags = []flag{
	{usage.Flag{Name: "-e", Value: usage.Named("stat"), Help: "execute string 'stat'", Repeated: true}, func(o *options, value string) error {
		o.steps = append(o.steps, step{code: value})
		return nil
	}},
	{usage.Flag{Name: "-i", Help: "enter interactive mode after executing 'script'"}, func(o *options, _ string) error {
		o.interactive, o.version = true, true
		return nil
	}},
	{usage.Flag{Name: "-l", Value: usage.Named("name"), Help: "require library 'name'", Repeated: true}, func(o *options, value string) error {
		o.steps = append(o.steps, step{module: value})
		return nil
	}},
	{usage.Flag{Name: "-v", Help: "show version information"}, func(o *options, _ string) error {
		o.version = true
		return nil
	}},
	{usage.Flag{Name: "-E", Help: "ignore environment variables"}, func(o *options, _ string) error {
		o.ignoreEnv = true
		return nil
	}},
	{usage.Flag{Name: "--memlimit", Value: usage.Named("size"), Help: "the memory that Lua may hold, like 64MB"}, func(o *options, value string) (err error) {
		o.memLimit, err = usage.ParseSize(value)
		return err
	}},
}

// Flags gives what people are told of them.
func Flags() []usage.Flag {
	told := make([]usage.Flag, len(flags))
	for i := range flags {
		told[i] = flags[i].Flag
	}
	return told
}

// usageText is what lua.c says after a wrong option.
func usageText() string {
	var b strings.Builder
	b.WriteString("usage: lunarium lua [options] [script [args]]\noptions:\n")
	for _, f := range flags {
		fmt.Fprintf(&b, "  %-7s  %s\n", strings.TrimSpace(f.Name+" "+f.Value.Name), f.Help)
	}
	b.WriteString("  --       stop handling options\n  -        stop handling options and execute stdin\n")
	return b.String()
}

const defaultPath = "./?.lua;./?/init.lua"

// options is the command line of plain Lua.
type options struct {
	argv        []string // with the program's own name
	script      int      // its index in argv, -1 without one
	steps       []step
	interactive bool
	version     bool
	ignoreEnv   bool
	memLimit    int // bytes; 0: none
}

// step is an option -e, or -l when module is set.
type step struct{ code, module string }

// nothingElse tells whether the standard input is what is to be run.
func (o *options) nothingElse() bool {
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
func (o *options) prompts(terminal bool) bool { return terminal && o.nothingElse() }

func (o *options) environment() environment { return environment{ignored: o.ignoreEnv} }

// parseOptions reads argv from first on (lua.c, collectargs).
func parseOptions(argv []string, first int) (*options, error) {
	o := &options{argv: argv, script: -1}
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
		known, value := findFlag(option)
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

// findFlag finds an option. The value of one with a single dash may be attached to it.
func findFlag(option string) (known *flag, value string) {
	for i := range flags {
		f := &flags[i]
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
