package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"lunarium/console/access"
)

// This file finds who may come in, and opens the log of changes.

// errTwoWays: there are users, and a password for all.
var errTwoWays = errors.New("--users takes the place of --console-password-file; give one of them")

// setAccess reads who may come in, and opens the audit log.
func (p *program) setAccess() error {
	if p.flags.audit != "" {
		audit, err := access.OpenAudit(p.flags.audit)
		if err != nil {
			return err
		}
		p.audit = audit
	}
	switch {
	case p.flags.users != "" && p.flags.passwordFile != "":
		return errTwoWays
	case p.flags.users != "":
		users, err := access.ReadUsers(p.flags.users, p.logger())
		if err != nil {
			return err
		}
		users.OnChange(p.sessions.EndInvalid)
		p.guard = access.ForUsers(users, p.audit)
	case p.flags.passwordFile != "":
		password, err := readPassword(p.flags.passwordFile)
		if err != nil {
			return err
		}
		p.guard = access.OnePassword(password, p.audit)
	}
	return nil
}

// readPassword gives the first line of the password file.
func readPassword(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the console's password: %w", err)
	}
	line, _, _ := strings.Cut(string(content), "\n")
	if line = strings.TrimRight(line, "\r"); line == "" {
		return nil, fmt.Errorf("the console's password: %s begins with an empty line", path)
	}
	return []byte(line), nil
}
