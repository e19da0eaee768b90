package cli

// The table of commands: what the first word of a command line chooses.

import (
	"errors"
	"flag"
	"fmt"

	"lunarium/console/luacli"
	"lunarium/console/usage"
	"lunarium/runtime/visible"
	"lunarium/runtime/worded"
)

// subcommand is what people are told of a command, and what it does.
type subcommand struct {
	usage.Command
	run func(args []string, std usage.Streams) int
}

// commands gives the table: all first words that choose something other than a node.
func commands() []subcommand {
	return []subcommand{
		{usage.Command{Name: "replay", Help: "run recorded sessions; a difference exits 1",
			Flags:    []usage.Flag{{Name: "-update", Help: "write the new replies into the files"}},
			Operands: []usage.Operand{{Value: transcriptValue, Repeated: true}},
		}, runReplay},
		{usage.Command{Name: "lua", Help: "plain Lua on the same machine, no services, with lua's own options; a prompt on a terminal without FILE",
			Flags:    luacli.Flags(),
			Operands: []usage.Operand{{Value: scriptValue, Optional: true}, {Value: argValue, Optional: true, Repeated: true}},
		}, func(args []string, std usage.Streams) int { return luacli.Run(args, luaProgram(std)) }},
		{usage.Command{Name: "attach", Help: "the line editor for a remote console",
			Operands: []usage.Operand{{Value: usage.Named("HOST:PORT"), Optional: true}},
		}, runAttach},
		{usage.Command{Name: "health", Help: "exits 0 when the node with a page at ADDR (8080) works",
			Operands: []usage.Operand{{Value: usage.Named("ADDR"), Optional: true}},
		}, runHealth},
		{usage.Command{Name: "completion", Help: "what a shell has to read so that Tab completes these words",
			Operands: []usage.Operand{{Value: choice(usage.Shells...)}},
		}, runCompletion},
		{usage.Command{Name: "man", Help: "the page of the manual, for man -l -"}, runMan},
		{usage.Command{Name: "version", Help: "the release, and what this program was built from",
			Flags: []usage.Flag{{Name: "--json", Help: "as one line of JSON"}},
		}, runVersion},
		{usage.Command{Name: "help", Help: "this text, or that of a command",
			Operands: []usage.Operand{{Value: usage.Value{Name: "COMMAND", Suggest: commandNames}, Optional: true}},
		}, runHelp},
	}
}

// What may stand on the command line.
var (
	fileValue       = usage.Value{Name: "FILE", Files: usage.AnyFiles}
	folderValue     = usage.Value{Name: "DIR", Files: usage.Folders}
	transcriptValue = usage.Value{Name: "FILE", Files: usage.AnyFiles, Endings: []string{".txt", ".md"}}
	scriptValue     = usage.Value{Name: "FILE", Files: usage.AnyFiles, Endings: []string{".lua"}}
	argValue        = usage.Value{Name: "ARG", Files: usage.AnyFiles}
)

// choice is one of a few words.
func choice(words ...string) usage.Value { return usage.Value{Choices: words} }

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

// runHelp is "lunarium help [COMMAND]".
func runHelp(args []string, std usage.Streams) int {
	set := flag.NewFlagSet("help", flag.ContinueOnError)
	if status, ok := readFlags(set, args, std, 0, 1); !ok {
		return status
	}
	if set.NArg() == 0 {
		fmt.Fprint(std.Out, description().Text())
		return usage.ExitOK
	}
	text, ok := description().CommandText(set.Arg(0))
	if !ok {
		fmt.Fprintf(std.Err, "lunarium: there is no command %s; \"lunarium help\" lists them\n", visible.Quote(set.Arg(0)))
		return usage.ExitUsage
	}
	fmt.Fprint(std.Out, text)
	return usage.ExitOK
}
