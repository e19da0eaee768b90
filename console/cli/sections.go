package cli

import "lunarium/console/usage"

// This file holds what the manual says beside the commands and flags.

// sections are the parts of the manual that no table has.
var sections = []usage.Section{
	{Title: "EXIT STATUS", Terms: []usage.Term{
		{Word: "0", Text: "All went well; of a node: it was stopped, or its last service has ended."},
		{Word: "1", Text: "Something failed: a node could not start, a command of a shell that is not a terminal failed, a replayed session gave other replies."},
		{Word: "2", Text: "The command line makes no sense."},
		{Word: "130", Text: "Ctrl-C ended a replay before all was tried."},
		{Word: "any other", Text: "What a service gave to os.exit."},
	}},
	{Title: "SIGNALS", Terms: []usage.Term{
		{Word: "SIGINT, SIGTERM", Text: "Stop a node: its services are told, and have a few seconds to end. In a shell on a terminal Ctrl-C ends the command that runs."},
	}},
	{Title: "ENVIRONMENT", Terms: []usage.Term{
		{Word: "GOGC, GOMEMLIMIT", Text: "The rhythm of Go's collector; without GOGC it is chosen by the memory of the container or the machine."},
		{Word: "NO_COLOR", Text: "Set to anything, it keeps the shell without colours."},
		{Word: "LUA_INIT, LUA_PATH, LUA_CPATH", Text: "Heeded by lunarium lua as by lua, also with _5_2 at their end."},
	}},
	{Title: "FILES", Terms: []usage.Term{
		{Word: "data", Text: "Databases and saved state, unless --data says another folder. It is made when something is kept there."},
		{Word: "~/.lunarium_history", Text: "The lines that were entered in the shell."},
	}},
	{Title: "EXAMPLES", Terms: []usage.Term{
		{Word: "lunarium --path services main", Text: "The shell, with the service main running."},
		{Word: "lunarium --no-shell --console 8000 --web 8080 --path services main", Text: "The same as a server, with a console and a page for this machine."},
		{Word: "lunarium attach 127.0.0.1:8000", Text: "The console of that server."},
		{Word: "lunarium --clock virtual --record join.txt main; lunarium replay join.txt", Text: "A session becomes a test."},
	}},
	{Title: "SEE ALSO", Terms: []usage.Term{
		{Word: "lua(1), telnet(1), systemd.service(5), systemd.socket(5)", Text: "In a session, help lists the commands of the console."},
	}},
}
