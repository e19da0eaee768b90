package access

import (
	"cmp"
	"errors"
	"fmt"

	"lunarium/console/secret"
)

// This file holds who was let in, and what they may do.

// Principal is somebody who was let in. On nil, which is who sits at the node's own shell,
// and may do everything, methods may be called, too.
type Principal struct {
	name  string // "": where there are no users
	role  Role
	users *Users // nil: no file says what it may do
	lines string // of the file, that said so
	whole *limit // nil: the role is the user's whole one
}

// limit says what somebody's role would be if it was not limited.
type limit struct {
	role Role
	lift func(needs Role) string // says how a role is got back
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

// Hidden gives those of the names that look secret whose values the principal does not see: who may
// only look sees none of them.
func (p *Principal) Hidden(secrets *secret.Names) *secret.Names {
	if p.Role() >= Operator {
		return nil
	}
	return secrets
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
	Lift        string // how the role is got; "": somebody else gives it
}

var reasons = map[Role]string{Observer: "it looks into the node", Operator: "it acts on what runs", Admin: "it can end the node"}

func (e *DeniedError) Error() string {
	lift := cmp.Or(e.Lift, "ask for the role "+e.Needs.String())
	return fmt.Sprintf(`%s may not run %s: %s; %s`, e.Role.withArticle(), e.What, reasons[e.Needs], lift)
}

// May tells why somebody may not run what takes a role: a *DeniedError, or ErrInvalid.
func (p *Principal) May(needs Role, what string) error {
	if !p.Valid() {
		return ErrInvalid
	}
	if role := p.Role(); role < needs {
		denied := &DeniedError{Role: role, Needs: needs, What: what}
		if p.whole != nil && p.whole.role >= needs {
			denied.Lift = p.whole.lift(needs)
		}
		return denied
	}
	return nil
}

// Limited gives the principal with a role that is not above most: what acts for somebody may
// be allowed less. lift says how one gets a role that needs more.
func (p *Principal) Limited(most Role, lift func(needs Role) string) *Principal {
	role := p.Role()
	if role <= most {
		return p
	}
	limited := Principal{}
	if p != nil {
		limited = *p
	}
	limited.role, limited.whole = most, &limit{role, lift}
	return &limited
}
