package console

// Commands gives the console's commands.
func Commands() *Table {
	return newTable(launchCommands, messageCommands, replCommands, stateCommands, codeCommands, timingCommands, debugCommands, memoryCommands, lowlevelCommands, sessionCommands)
}
