package console

// This file puts the table of all commands together.

// Commands gives the console's commands.
func Commands() *Table {
	t := newTable(launchCommands, messageCommands, replCommands, stateCommands, codeCommands, timingCommands, debugCommands, memoryCommands, lowlevelCommands, sessionCommands)
	t.elsewhere = debugWords().byName
	return t
}
