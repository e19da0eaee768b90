package access

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net"

	"golang.org/x/crypto/ssh"
)

// This file decides who is let in.

// Guard decides who is let in, by a password for all or by the users of a file. On nil,
// which lets everybody in as an admin, methods may be called, too.
type Guard struct {
	password *[sha256.Size]byte // the digest of the one for all; nil: there is none
	users    *Users             // nil: there are none
	audit    *Audit
	guesses  guesses
	checking chan struct{} // has room for the comparisons that may run at a time
}

// mostChecks is how many passwords are compared at a time.
const mostChecks = 4

// ErrWrong: what was given lets nobody in.
var ErrWrong = errors.New("wrong password")

// OnePassword gives a guard that lets in who knows the password, as an admin.
func OnePassword(password []byte, audit *Audit) *Guard {
	digest := sha256.Sum256(password)
	return &Guard{password: &digest, audit: audit, checking: make(chan struct{}, mostChecks)}
}

// ForUsers gives a guard that lets in the users of a file.
func ForUsers(users *Users, audit *Audit) *Guard {
	return &Guard{users: users, audit: audit, checking: make(chan struct{}, mostChecks)}
}

// Locked tells whether anything has to be shown.
func (g *Guard) Locked() bool { return g != nil }

// Named tells whether users have names.
func (g *Guard) Named() bool { return g != nil && g.users != nil }

// Enter lets somebody in who has given a user's name, which is not looked at where users have
// none, and a password. kind and from say how and where, as Author does. The error is ErrWrong
// or ErrGuesses, ctx's, or that of the audit log.
func (g *Guard) Enter(ctx context.Context, kind, from, name, password string) (*Principal, error) {
	if g == nil {
		return &Principal{role: Admin}, nil
	}
	select {
	case g.checking <- struct{}{}:
		defer func() { <-g.checking }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	// Those who waited for their turn have guessed by now: whoever guesses at many connections at
	// once has no more guesses for that.
	host := hostOf(from)
	if !g.guesses.may(host) {
		return nil, g.keepOut(kind, from, name, ErrGuesses)
	}
	p, err := g.check(name, password)
	g.guesses.note(host, err == nil)
	if err != nil {
		return nil, g.keepOut(kind, from, name, err)
	}
	return p, nil
}

// check compares what was given; the error is ErrWrong.
func (g *Guard) check(name, password string) (*Principal, error) {
	if g.users == nil {
		digest := sha256.Sum256([]byte(password))
		if subtle.ConstantTimeCompare(digest[:], g.password[:]) != 1 {
			return nil, ErrWrong
		}
		return &Principal{role: Admin}, nil
	}
	if len(password) > LongestPassword {
		return nil, ErrWrong
	}
	found := g.users.find(name)
	if found == nil || len(found.hashes) == 0 {
		nobodys.matches(password)
		return nil, ErrWrong
	}
	for _, h := range found.hashes {
		if h.matches(password) {
			return g.principal(name, found), nil
		}
	}
	return nil, ErrWrong
}

func (g *Guard) principal(name string, u *user) *Principal {
	return &Principal{name: name, role: u.role, users: g.users, lines: u.lines}
}

// EnterKey lets in a user who has shown that a public key is theirs, or is about to. The error is
// ErrWrong.
func (g *Guard) EnterKey(name string, key ssh.PublicKey) (*Principal, error) {
	if !g.Named() {
		return nil, ErrWrong
	}
	found := g.users.find(name)
	if found == nil {
		return nil, ErrWrong
	}
	for _, own := range found.keys {
		if bytes.Equal(own.Marshal(), key.Marshal()) {
			return g.principal(name, found), nil
		}
	}
	return nil, ErrWrong
}

// keepOut notes that somebody was not let in. The name of nobody is not written down: it may be a
// password that was typed too early.
func (g *Guard) keepOut(kind, from, name string, why error) error {
	out := &Principal{}
	if g.users != nil && g.users.find(name) != nil {
		out.name = name
	}
	// Nobody is let in, whether it can be noted or not.
	_ = g.audit.write(keptOut, Author{Who: out, Kind: kind, From: from}, entry{Result: g.audit.resultText(why)})
	return why
}

// hostOf gives the machine of a remote address.
func hostOf(from string) string {
	host, _, err := net.SplitHostPort(from)
	if err != nil {
		return from
	}
	return host
}
