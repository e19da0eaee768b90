package access

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/crypto/ssh"

	"lunarium/runtime/visible"
	"lunarium/runtime/worded"
)

// This file reads the users file.

// user is somebody that the users file names.
type user struct {
	role   Role
	hashes []*passwordHash
	keys   []ssh.PublicKey
	lines  string // as they stand in the file: what a principal's rights hang on
}

// LineError says what is wrong with a line of the users file.
type LineError struct {
	Line int // from 1
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, worded.Text(e.Err)) }

func (e *LineError) Unwrap() error { return e.Err }

var (
	errNoUsers    = errors.New(`no user is in it; a line is NAME ROLE PASSWORD-HASH or NAME ROLE PUBLIC-KEY, and "lunarium passwd" makes one`)
	errFields     = errors.New("a line is NAME ROLE PASSWORD-HASH or NAME ROLE PUBLIC-KEY")
	errCredential = errors.New("what follows the role is neither a password's hash nor a public key")
	errOptions    = errors.New(`a key is a line of a .pub file, such as "ssh-ed25519 AAAA... comment", without options before it`)
)

// isName tells what may be the name of a user: no part of a prompt, a URL or a log line can be
// mistaken for something else.
var isName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`).MatchString

// CheckUser tells what is wrong with the name and role of a user.
func CheckUser(name, role string) error {
	if !isName(name) {
		return fmt.Errorf("the name %s: it has up to 64 letters, digits, dots, hyphens and underscores, and begins with a letter or digit", visible.Quote(name))
	}
	_, err := ParseRole(role)
	return err
}

// parseUsers reads a users file: lines of a name, a role and a credential, of which a user
// may have several with the same role; empty lines and those that begin with # are passed over.
// The error is a *LineError, or that there is nobody.
func parseUsers(text string) (map[string]*user, error) {
	users := map[string]*user{}
	first := map[string]int{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, role, credential, err := splitUser(line)
		if err != nil {
			return nil, &LineError{i + 1, err}
		}
		u := users[name]
		if u == nil {
			u = &user{role: role}
			users[name], first[name] = u, i+1
		}
		if u.role != role {
			return nil, &LineError{i + 1, fmt.Errorf("%s is %s here and %s in line %d; a user has one role", name, role.withArticle(), u.role.withArticle(), first[name])}
		}
		if err := u.add(credential); err != nil {
			return nil, &LineError{i + 1, err}
		}
		u.lines += line + "\n"
	}
	if len(users) == 0 {
		return nil, errNoUsers
	}
	return users, nil
}

func splitUser(line string) (name string, role Role, credential string, err error) {
	fields := strings.Fields(line)
	if len(fields) < 3 {
		return "", None, "", errFields
	}
	if err := CheckUser(fields[0], fields[1]); err != nil {
		return "", None, "", err
	}
	role, err = ParseRole(fields[1])
	return fields[0], role, strings.Join(fields[2:], " "), err
}

// add gives a user another credential.
func (u *user) add(credential string) error {
	if strings.HasPrefix(credential, "$") {
		h, err := parseHash(credential)
		if err != nil {
			return err
		}
		u.hashes = append(u.hashes, h)
		return nil
	}
	key, _, options, _, err := ssh.ParseAuthorizedKey([]byte(credential))
	if err != nil {
		return errCredential // which is not shown: it may be a password
	}
	if len(options) > 0 {
		return errOptions
	}
	u.keys = append(u.keys, key)
	return nil
}
