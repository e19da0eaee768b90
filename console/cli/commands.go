package cli

import (
	"flag"
	"fmt"

	"lunarium/console/luacli"
	"lunarium/console/usage"
	"lunarium/runtime/visible"
	"lunarium/stdlib"
	"lunarium/stdlib/cache"
)

// This file holds the table of commands: what the first word of a command line chooses.

// subcommand is what people are told of a command, and what it does.
type subcommand struct {
	usage.Command
	run func(args []string, std usage.Streams) int
}

// commands gives the table: all first words that choose something other than a node.
func commands() []subcommand {
	return []subcommand{
		{usage.Command{Name: "replay", Help: "run recorded sessions; a difference exits 1",
			Flags: []usage.Flag{
				{Name: "-update", Help: "write the new replies into the files"},
				{Name: "--shuffle", Value: usage.Named("N"), Help: "look for races: run each in N other orders of its services, and show the first whose replies differ; seed=N: in that order"},
			},
			Operands: []usage.Operand{{Value: transcriptValue, Repeated: true}},
		}, runReplay},
		{usage.Command{Name: "lua", Help: "plain Lua on the same machine, no services, with lua's own options; a prompt on a terminal without FILE",
			Flags:    luacli.Flags(),
			Operands: []usage.Operand{{Value: scriptValue, Optional: true}, {Value: argValue, Optional: true, Repeated: true}},
		}, func(args []string, std usage.Streams) int { return luacli.Run(args, luaProgram(std)) }},
		{usage.Command{Name: "attach", Help: "the line editor for a remote console",
			Flags:    tlsUsage,
			Operands: []usage.Operand{{Value: usage.Named("HOST:PORT"), Optional: true}},
		}, runAttach},
		{usage.Command{Name: "health", Help: "exits 0 when the node with a page at ADDR (8080) works",
			Operands: []usage.Operand{{Value: usage.Named("ADDR"), Optional: true}},
		}, runHealth},
		{usage.Command{Name: "mcp", Help: "lets an assistant look into the node with a page at ADDR (8080), by the Model Context Protocol on stdin and stdout",
			Flags: append([]usage.Flag{
				{Name: "--allow-changes", Help: "also what changes the node, as far as the role of the user goes"},
				{Name: "--user", Value: usage.Named("NAME"), Help: "who the node is told that it is"},
				{Name: "--password-file", Value: fileValue, Help: "the password, in the first line"},
			}, tlsUsage...),
			Operands: []usage.Operand{{Value: usage.Named("ADDR"), Optional: true}},
		}, runMCP},
		{usage.Command{Name: "passwd", Help: "a line for --users: asks for a password and writes its hash",
			Operands: []usage.Operand{{Value: usage.Named("NAME")}, {Value: choice("observer", "operator", "admin")}},
		}, runPasswd},
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

// luaProgram is this program as plain Lua.
func luaProgram(std usage.Streams) luacli.Program {
	modules := &stdlib.Modules{Caches: new(cache.Stores), Data: defaultData}
	return luacli.Program{Streams: std, Version: version, History: historyFile(), Module: modules.Find}
}
