package console

// Commands gives the console's commands.
func Commands() *Table {
	return newTable(launchCommands, messageCommands, replCommands, debugCommands, lowlevelCommands, stateCommands, codeCommands, timingCommands, memoryCommands, sessionCommands)
}
