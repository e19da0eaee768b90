package access

import (
	"errors"
	"strings"
	"testing"

	"lunarium/runtime/worded"

	"github.com/google/go-cmp/cmp"
)

const (
	someHash = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	someKey  = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDxdxDsnpTjERrANZBz8khrR5M/q4A9yueCbqBpn7Jkl ann@desk"
)

func TestUsersFile(t *testing.T) {
	users, err := parseUsers("# who\n\nann admin " + someHash + "\n  bob\tobserver  " + someKey + "\nann admin " + someKey + "\n")
	if err != nil {
		t.Fatal(err)
	}
	type kept struct {
		Role         Role
		Hashes, Keys int
	}
	got := map[string]kept{}
	for name, u := range users {
		got[name] = kept{u.role, len(u.hashes), len(u.keys)}
	}
	if diff := cmp.Diff(map[string]kept{"ann": {Admin, 1, 1}, "bob": {Observer, 0, 1}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestUsersFileThatIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 errNoUsers.Error(),
		"# nobody\n":                       errNoUsers.Error(),
		"\nann admin\n":                    "line 2: " + errFields.Error(),
		"ann root " + someHash:             "line 1: the role \"root\" is none of observer, operator and admin",
		"ann none " + someHash:             "line 1: the role \"none\" is none of observer, operator and admin",
		"-x admin " + someHash:             "line 1: the name \"-x\": it has up to 64 letters, digits, dots, hyphens and underscores, and begins with a letter or digit",
		"ann admin secret":                 "line 1: what follows the role is neither a password's hash nor a public key",
		"ann admin $2a$10$x":               "line 1: " + errHash.Error(),
		`ann admin from="10.*" ` + someKey: "line 1: " + errOptions.Error(),
		"ann admin " + someHash + "\nbob observer " + someHash + "\nann observer " + someKey: "line 3: ann is an observer here and an admin in line 1; a user has one role",
	} {
		_, err := parseUsers(text)
		if err == nil || worded.Text(err) != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

// What the file may hold never ends the node, and what it refuses has a line.
func FuzzUsersFile(f *testing.F) {
	f.Add("ann admin " + someHash + "\nbob observer " + someKey)
	f.Add("ann admin $argon2id$v=19$m=64,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, text string) {
		users, err := parseUsers(text)
		var of *LineError
		switch {
		case err == nil && len(users) == 0:
			t.Error("nobody is in it")
		case err != nil && !errors.Is(err, errNoUsers) && (!errors.As(err, &of) || of.Line < 1 || of.Line > strings.Count(text, "\n")+1):
			t.Errorf("%v", err)
		}
	})
}
