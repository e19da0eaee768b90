package dbpool

import "time"

// This file holds what db_pool.new is given.

// Options is what a state's pools take from the program.
type Options struct {
	// Data is the directory that relative paths of SQLite files begin in. It is
	// made when the first file is opened.
	Data string
}

// config is what db_pool.new is given.
type config struct {
	driver  *dialect
	dsn     string        // postgres, mysql
	path    string        // sqlite: a file, or ":memory:"
	size    int           // connections
	wait    time.Duration // for a connection, by the node's clock
	timeout time.Duration // of one statement; 0: none
	busy    time.Duration // sqlite: for a lock of another process or pool
}

const (
	memoryPath  = ":memory:"
	defaultPath = "lunarium.db"
	maxSize     = 1000
)
