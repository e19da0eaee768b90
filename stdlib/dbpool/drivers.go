package dbpool

// This file holds the table of drivers.

// dialects are the drivers; the first is the default.
var dialects = []dialect{
	{
		name: "sqlite", file: true, open: openSQLite, begin: "BEGIN IMMEDIATE", lastID: integer,
		lexis:  lexis{named: true, backticks: true, brackets: true, triggers: true, byteOrderMarks: true},
		refine: refineSQLite, timestamp: timestampSQLite, guard: guardSQLite,
	},
	{
		name: "postgres", open: openPostgres, begin: "BEGIN", commit: commitPostgres, bind: bindPostgres, lost: lostPostgres,
		lexis:   lexis{numbered: true, dollarQuotes: true, nestedComments: true},
		command: commandPostgres, admit: admitPostgres, again: againPostgres,
		timestamp: timestampPostgres, guard: guardPostgres,
	},
	{
		name: "mysql", open: openMySQL, begin: "START TRANSACTION", lastID: lastIDMySQL, lost: lostMySQL,
		lexis: lexisMySQL,
		kill:  killMySQL, interrupted: interruptedMySQL, commits: commitsMySQL,
		timestamp: timestampMySQL, guard: guardMySQL,
	},
}

// dialectNames are what the option driver takes, in the order of dialects.
func dialectNames() []string {
	names := make([]string, len(dialects))
	for i := range dialects {
		names[i] = dialects[i].name
	}
	return names
}
