package cli

import (
	"os"
	"path/filepath"
	"time"
)

// This file holds what is meant where nothing is said.

// defaultData is the directory of databases and saved state, where neither the
// flags nor the config file say. It is made when something is kept there.
const defaultData = "data"

// virtualEpoch is the first instant of the virtual clock unless --epoch says another.
var virtualEpoch = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

func historyFile() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".lunarium_history")
}

// shutdownWait bounds how long the program waits for services and sessions
// when it stops.
const shutdownWait = 5 * time.Second
