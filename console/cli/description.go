package cli

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lunarium/console/usage"
	"lunarium/runtime/worded"
)

// This file describes the command line, and reads the flags of its commands by that.

// description gives the command line as package usage takes it.
func description() *usage.Program {
	p := &usage.Program{
		Name:    "lunarium",
		Summary: "runs Lua services in one process, with a console to look into them",
		Description: "A node runs services written in Lua against the skynet actor API. " +
			"The console launches them, sends them messages, looks into their state, changes it, and replaces their code while they run. " +
			"It is reached in a shell, by telnet, in a browser, and by recorded sessions that run as tests.",
		Main: usage.Command{
			Help:  "start a node; SERVICE is a name on the search path or a file",
			Flags: nodeUsage(),
			Operands: []usage.Operand{
				{Value: usage.Value{Name: "SERVICE", Files: usage.AnyFiles, Endings: []string{".lua"}, Suggest: serviceNames}, Optional: true},
				{Value: argValue, Optional: true, Repeated: true},
			},
		},
	}
	p.Sections = sections
	for _, c := range commands() {
		p.Commands = append(p.Commands, c.Command)
	}
	return p
}

func commandNames([]string) []string {
	var names []string
	for _, c := range commands() {
		names = append(names, c.Name)
	}
	return names
}

// readFlags reads the flags of a command, which set declares, and tells whether it is
// to go on; else status is its exit status. At most most words may follow them.
func readFlags(set *flag.FlagSet, args []string, std usage.Streams, least, most int) (status int, ok bool) {
	err := parse(set, args)
	text, _ := description().CommandText(set.Name())
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(std.Out, text)
		return usage.ExitOK, false
	case err != nil:
		fmt.Fprintf(std.Err, "lunarium: %s\n%s", worded.Text(err), text)
		return usage.ExitUsage, false
	case set.NArg() < least || set.NArg() > most:
		fmt.Fprint(std.Err, text)
		return usage.ExitUsage, false
	}
	return usage.ExitOK, true
}

// serviceNames gives the names that a node with some flags finds on its search path
// in the folders of --path.
func serviceNames(flags []string) []string {
	f, err := parseFlags(flags)
	if err != nil {
		return nil
	}
	var names []string
	for _, dir := range f.paths {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			name, isFile := strings.CutSuffix(e.Name(), ".lua")
			if !isFile {
				if _, err := os.Stat(filepath.Join(dir, name, "init.lua")); err != nil {
					continue
				}
			}
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
