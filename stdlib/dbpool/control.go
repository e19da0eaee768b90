package dbpool

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// This file holds statements that would end a transaction behind the pool's back.

// refuse refuses what begins or ends a transaction behind the pool's back, and
// what the pool can't do. inside: the statement is one of a transaction, where
// savepoints are allowed.
func (d *dialect) refuse(s *statement, inside bool) error {
	for i := range s.parts {
		if err := d.refusePart(&s.parts[i], inside); err != nil {
			return err
		}
	}
	return nil
}

func (d *dialect) refusePart(p *part, inside bool) error {
	switch {
	case p.streams:
		return errors.New("COPY from or to the client: the pool can't send or take its rows")
	case p.modes:
		return errors.New("SET autocommit: transactions are begun and ended by pool:transaction")
	case p.executable && inside:
		return errors.New("an executable comment can't begin a statement of a transaction")
	}
	for _, word := range p.hidden {
		if controls(word, []string{word}, inside) {
			return controlError(word)
		}
	}
	if len(p.words) == 0 {
		return nil
	}
	if controls(p.words[0], p.words, inside) {
		return controlError(p.words[0])
	}
	if inside && d.commits != nil && d.commits(p) == always {
		return fmt.Errorf("%s: MySQL may commit the transaction because of it; it has to be outside", p.words[0])
	}
	return nil
}

// boundless are the pragmas that change how much memory a connection, or the process,
// may take.
var boundless = map[string]bool{
	"MAX_PAGE_COUNT": true, "PAGE_SIZE": true, "CACHE_SIZE": true, "DEFAULT_CACHE_SIZE": true, "TEMP_STORE": true,
	"SOFT_HEAP_LIMIT": true, "HARD_HEAP_LIMIT": true,
}

const quotes = "'\"`[]"

// refuseUnbounded refuses what would take SQLite's memory out of the bounds of a service
// that has a memory limit: attached databases in memory, and other sizes.
func refuseUnbounded(s *statement) error {
	for i := range s.parts {
		p := &s.parts[i]
		switch {
		case len(p.words) == 0:
		case p.words[0] == "ATTACH" && slices.ContainsFunc(p.signs, notFile):
			return errors.New("ATTACH: a service with a memory limit can attach files alone, by their names in quotes")
		case p.words[0] == "PRAGMA" && len(p.signs) > 0:
			for _, name := range slices.Concat(p.words[1:], p.signs) {
				if name = strings.ToUpper(strings.Trim(name, quotes)); boundless[name] && p.sets() {
					return fmt.Errorf("PRAGMA %s: the memory limit of the service decides about it", strings.ToLower(name))
				}
			}
		}
	}
	return nil
}

// sets tells whether a PRAGMA has a value.
func (p *part) sets() bool { return slices.Contains(p.signs, "=") || slices.Contains(p.signs, "(") }

// notFile tells whether a token of ATTACH is anything but a quoted name that is a
// file's, and no other kind of database's.
func notFile(sign string) bool {
	name := strings.ToLower(strings.Trim(sign, quotes))
	return !strings.ContainsAny(sign[:1], quotes) || name == "" || strings.Contains(name, memoryPath) || strings.HasPrefix(name, "file:")
}

func controlError(word string) error {
	return fmt.Errorf("%s: transactions are begun and ended by pool:transaction", word)
}

// controls tells whether a statement of these words begins or ends a
// transaction in any of the databases.
func controls(first string, words []string, inside bool) bool {
	second := ""
	if len(words) > 1 {
		second = words[1]
	}
	switch first {
	case "BEGIN", "COMMIT", "END", "ABORT", "XA":
		return true
	case "START", "PREPARE":
		return second == "TRANSACTION"
	case "SAVEPOINT", "RELEASE":
		return !inside
	case "ROLLBACK":
		i := 1
		if second == "WORK" || second == "TRANSACTION" {
			i = 2
		}
		return !inside || len(words) <= i || words[i] != "TO"
	}
	return false
}

// commitsMySQL tells what MySQL does with the transaction at a statement. Most
// of those that define something commit it first; a procedure may.
func commitsMySQL(p *part) commitment {
	second := ""
	if len(p.words) > 1 {
		second = p.words[1]
	}
	if p.label {
		return always // a block
	}
	switch p.words[0] {
	case "CREATE", "DROP":
		if slices.Contains(p.words, "TEMPORARY") {
			return never
		}
	case "LOAD":
		if second == "DATA" || second == "XML" {
			return never
		}
	case "ANALYZE":
		if second != "TABLE" && second != "LOCAL" && second != "NO_WRITE_TO_BINLOG" {
			return never
		}
	case "SET":
		if second == "STATEMENT" || second == "PASSWORD" || second == "DEFAULT" { // … FOR another statement, DEFAULT ROLE
			return always
		}
	}
	return mysqlCommitments[p.words[0]]
}

// mysqlCommitments are what MySQL's statements do with the transaction. CALL,
// SET and words that are not here are unclear.
var mysqlCommitments = map[string]commitment{
	"SELECT": never, "INSERT": never, "UPDATE": never, "DELETE": never, "REPLACE": never, "WITH": never,
	"VALUES": never, "TABLE": never, "SHOW": never, "DESCRIBE": never, "DESC": never, "EXPLAIN": never,
	"HELP": never, "DO": never, "HANDLER": never, "SAVEPOINT": never, "RELEASE": never, "ROLLBACK": never,
	"KILL": never, "USE": never, "CHECKSUM": never,

	"ALTER": always, "ANALYZE": always, "BACKUP": always, "CACHE": always, "CASE": always, "CHANGE": always,
	"CHECK": always, "FOR": always, "IF": always, "LOOP": always, "REPEAT": always, "WHILE": always,
	"CREATE": always, "DROP": always, "EXECUTE": always, "FLUSH": always, "GRANT": always, "INSTALL": always,
	"LOAD": always, "LOCK": always, "OPTIMIZE": always, "RENAME": always, "REPAIR": always, "RESET": always,
	"REVOKE": always, "STOP": always, "TRUNCATE": always, "UNINSTALL": always, "UNLOCK": always,
}
