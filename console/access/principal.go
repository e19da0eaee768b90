package access

import (
	"errors"
	"fmt"
)

// This file holds who was let in, and what they may do.

// Principal is somebody who was let in. On nil, which is who sits at the node's own shell,
// and may do everything, methods may be called, too.
type Principal struct {
	name  string // "": where there are no users
	role  Role
	users *Users // nil: no file says what it may do
	lines string // of the file, that said so
}

// Name is that of the user, "" where there are none.
func (p *Principal) Name() string {
	if p == nil {
		return ""
	}
	return p.name
}

// Role is what the principal may do, as long as it is valid.
func (p *Principal) Role() Role {
	if p == nil {
		return Admin
	}
	return p.role
}

// Valid tells whether the users file still says what it said when the principal came in.
func (p *Principal) Valid() bool {
	if p == nil || p.users == nil {
		return true
	}
	now := p.users.find(p.name)
	return now != nil && now.lines == p.lines
}

// ErrInvalid: the users file says something else of somebody than when they came in.
var ErrInvalid = errors.New("the users file has changed for this user; come in again")

// DeniedError reports what somebody may not do.
type DeniedError struct {
	Role, Needs Role
	What        string // such as "kill"
}

var reasons = map[Role]string{Observer: "it looks into the node", Operator: "it changes the node", Admin: "it ends the node"}

func (e *DeniedError) Error() string {
	return fmt.Sprintf(`%s may not run %s: %s; ask for the role %s`, e.Role.withArticle(), e.What, reasons[e.Needs], e.Needs)
}

// May tells why somebody may not run what takes a role: a *DeniedError, or ErrInvalid.
func (p *Principal) May(needs Role, what string) error {
	if !p.Valid() {
		return ErrInvalid
	}
	if role := p.Role(); role < needs {
		return &DeniedError{role, needs, what}
	}
	return nil
}

// Limited gives the principal with a role that is not above most: what acts for somebody may
// be allowed less.
func (p *Principal) Limited(most Role) *Principal {
	if p.Role() <= most {
		return p
	}
	limited := Principal{role: most}
	if p != nil {
		limited = *p
		limited.role = most
	}
	return &limited
}
