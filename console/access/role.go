package access

import (
	"fmt"
	"slices"

	"lunarium/runtime/visible"
)

// This file holds roles.

// Role is what somebody may do; a greater one may do all that a smaller one may.
type Role int

// The roles. The zero one may do nothing.
const (
	None     Role = iota
	Observer      // looks
	Operator      // changes what runs
	Admin         // ends the node
)

var roleNames = []string{"none", "observer", "operator", "admin"}

// String gives the role's name.
func (r Role) String() string { return roleNames[r] }

// MarshalText gives the role's name.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// ParseRole reads the name of a role that somebody can have.
func ParseRole(name string) (Role, error) {
	i := slices.Index(roleNames, name)
	if i <= int(None) {
		return None, fmt.Errorf("the role %s is none of observer, operator and admin", visible.Quote(name))
	}
	return Role(i), nil
}

// withArticle is the role's name in a sentence.
func (r Role) withArticle() string {
	if r == None {
		return "nobody"
	}
	return "an " + r.String()
}
