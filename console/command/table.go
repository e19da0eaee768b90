package command

import (
	"lunarium/console"
	"lunarium/console/debugger"
)

// This file puts the table of all commands together.

// Table gives the console's commands.
func Table() *console.Table {
	return console.NewTable(
		launchCommands,
		superviseCommands,
		listCommands,
		topCommands,
		messageCommands,
		mailboxCommands,
		deadCommands,
		luaCommands,
		stateCommands,
		snapshotCommands,
		watchCommands,
		codeCommands,
		whatifCommands,
		timingCommands,
		waitsCommands,
		profileCommands,
		debugger.Commands(),
		messagesCommands,
		crashesCommands,
		memoryCommands,
		heapCommands,
		traceCommands,
		tracingCommands,
		graphCommands,
		skynetCommands,
		limitCommands,
		sessionsCommands,
		console.SessionCommands(),
	).WithPrompt(debugger.Words())
}
