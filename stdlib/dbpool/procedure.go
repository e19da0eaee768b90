package dbpool

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// This file holds procedures, looked into for the same.

// maxProcedures is how many procedures that call each other are looked at.
const maxProcedures = 50

// refuseProcedure refuses a CALL inside of a transaction when the procedure's
// text, or that of one that it calls, has a COMMIT or the like in it. Where the
// server doesn't show the text nothing is known.
func (l lexis) refuseProcedure(ctx context.Context, conn *sql.Conn, text string) error {
	const definition = "SELECT routine_definition FROM information_schema.routines WHERE routine_type = 'PROCEDURE'" +
		" AND routine_schema = COALESCE(?, DATABASE()) AND routine_name = ?"
	open, seen := l.look(text).calls, map[procedure]bool{}
	for len(open) > 0 && len(seen) < maxProcedures {
		called := open[0]
		open = open[1:]
		if seen[called] {
			continue
		}
		seen[called] = true
		var body sql.NullString
		schema := sql.NullString{String: called.schema, Valid: called.schema != ""}
		err := conn.QueryRowContext(ctx, definition, schema, called.name).Scan(&body)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		inside := l.look(body.String)
		if inside.ends != "" {
			return fmt.Errorf("CALL: %s has %s in it; transactions are begun and ended by pool:transaction", called.name, inside.ends)
		}
		for _, next := range inside.calls {
			if next.schema == "" {
				next.schema = called.schema
			}
			open = append(open, next)
		}
	}
	return nil
}

// procedure names one; without a schema it is the connection's.
type procedure struct{ schema, name string }

// insight is what a program of statements does.
type insight struct {
	calls []procedure
	ends  string // the keyword that ends a transaction, or nothing
}

// look looks through a procedure's text.
func (l lexis) look(text string) (seen insight) {
	tokens := l.tokens(text)
	handler := false // a statement may follow any word of its conditions
	at := func(i int) string {
		if i < len(tokens) {
			return strings.ToUpper(tokens[i])
		}
		return ";"
	}
	for i := range tokens {
		word := at(i)
		switch word {
		case "HANDLER":
			handler = true
		case ";", "BEGIN":
			handler = false
		}
		if (handler || begins(tokens, i)) && implicit(word, at(i+1)) {
			seen.ends = word
		}
		switch word {
		case "CALL":
			if i+1 < len(tokens) {
				called := procedure{name: strings.Trim(tokens[i+1], "`")}
				if i+3 < len(tokens) && tokens[i+2] == "." {
					called = procedure{called.name, strings.Trim(tokens[i+3], "`")}
				}
				seen.calls = append(seen.calls, called)
			}
		case "START":
			if at(i+1) == "TRANSACTION" {
				seen.ends = word + " TRANSACTION"
			}
		case "AUTOCOMMIT":
			seen.ends = "SET autocommit"
		case "COMMIT", "ROLLBACK":
			switch at(i + 1) {
			case ";", "END", "AND", "NO", "RELEASE":
				seen.ends = word
			case "WORK":
				if at(i+2) != "TO" {
					seen.ends = word
				}
			}
		}
	}
	return seen
}

// begins tells whether a statement may begin with token i of a procedure's text.
func begins(tokens []string, i int) bool {
	if i == 0 {
		return true
	}
	switch strings.ToUpper(tokens[i-1]) {
	case ";", ":", "BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT":
		return true
	}
	return false
}

// implicit tells whether a statement of these first words commits in a procedure, or
// runs a text that only the server knows.
func implicit(first, second string) bool {
	switch first {
	case "CASE", "FOR", "IF", "LOOP", "REPEAT", "WHILE":
		return false // of statements that are looked at themselves
	case "CREATE", "DROP":
		return second != "TEMPORARY"
	}
	return mysqlCommitments[first] == always
}

// tokens gives a text's tokens without comments and white space. What stands in
// executable comments counts: what opens one is a token by itself.
func (l lexis) tokens(text string) (list []string) {
	for i := 0; i < len(text); {
		end := l.token(text, i)
		token := text[i:end]
		comment := len(token) > 1 && (token[0] == '#' || strings.HasPrefix(token, "--") || strings.HasPrefix(token, "/*"))
		if !comment && token[0] > ' ' {
			list = append(list, token)
		}
		i = end
	}
	return list
}
