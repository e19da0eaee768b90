package access

import (
	"strings"
	"testing"
)

func TestPasswords(t *testing.T) {
	text, err := HashPassword("open sesame")
	if err != nil {
		t.Fatal(err)
	}
	h, err := parseHash(text)
	if err != nil {
		t.Fatal(err)
	}
	for password, right := range map[string]bool{"open sesame": true, "open sesam": false, "": false} {
		if h.matches(password) != right {
			t.Errorf("%q does not give %v", password, right)
		}
	}
	if other, _ := HashPassword("open sesame"); other == text {
		t.Error("two hashes of a password are alike")
	}
}

// The hash that the reference implementation's test.c has for these.
func TestHashOfTheReference(t *testing.T) {
	h, err := parseHash("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	if err != nil {
		t.Fatal(err)
	}
	if !h.matches("password") || h.matches("passwore") {
		t.Errorf("%+v", h)
	}
}

func TestPasswordsThatAreRefused(t *testing.T) {
	for _, password := range []string{"", strings.Repeat("x", LongestPassword+1)} {
		if _, err := HashPassword(password); err == nil {
			t.Errorf("a password of %d bytes is taken", len(password))
		}
	}
	const salt, hash = "c29tZXNhbHQ", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	for _, text := range []string{
		"", "$argon2id$", "$2a$10$abc", "$argon2i$v=19$m=64,t=2,p=1$" + salt + "$" + hash,
		"$argon2id$v=18$m=64,t=2,p=1$" + salt + "$" + hash, "$argon2id$v=19$m=64,t=2$" + salt + "$" + hash,
		"$argon2id$v=19$t=2,m=64,p=1$" + salt + "$" + hash, "$argon2id$v=19$m=64,t=2,p=01$" + salt + "$" + hash,
		"$argon2id$v=19$m=4194304,t=2,p=1$" + salt + "$" + hash, "$argon2id$v=19$m=64,t=1000,p=1$" + salt + "$" + hash,
		"$argon2id$v=19$m=64,t=0,p=1$" + salt + "$" + hash, "$argon2id$v=19$m=64,t=2,p=255$" + salt + "$" + hash,
		"$argon2id$v=19$m=64,t=2,p=1$" + salt + "$AAAA", "$argon2id$v=19$m=64,t=2,p=1$AA$" + hash, "$argon2id$v=19$m=64,t=2,p=1$" + salt + "=$" + hash,
	} {
		if _, err := parseHash(text); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}
