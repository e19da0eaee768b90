package access

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// This file holds passwords and their hashes.

// passwordHash is a password as a users file has it: its argon2id hash with what it was
// made with.
type passwordHash struct {
	memory      uint32 // KiB
	passes      uint32
	lanes       uint8
	salt, value []byte
}

const (
	hashPrefix = "$argon2id$"
	// What new hashes are made with, after OWASP's Password Storage Cheat Sheet.
	hashMemory = 19 << 10
	hashPasses = 2
	hashLanes  = 1
	saltLength = 16
	hashLength = 32
	// What a hash in a file may ask for: comparing must not take what the node needs.
	mostMemory  = 64 << 10
	mostPasses  = 16
	mostLanes   = 16
	leastLength = 16
	mostLength  = 64
	// LongestPassword is how many bytes of a password are taken.
	LongestPassword = 1024
)

var errHash = errors.New(`a password's hash has the form $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH; "lunarium passwd" makes one`)

// errEmptyPassword: nobody has an empty password.
var errEmptyPassword = errors.New("the password is empty")

// HashPassword gives a password as a users file has it.
func HashPassword(password string) (string, error) {
	switch {
	case password == "":
		return "", errEmptyPassword
	case len(password) > LongestPassword:
		return "", fmt.Errorf("the password has more than %d bytes", LongestPassword)
	}
	h := passwordHash{memory: hashMemory, passes: hashPasses, lanes: hashLanes, salt: make([]byte, saltLength)}
	rand.Read(h.salt)
	h.value = h.of(password, hashLength)
	return fmt.Sprintf("%sv=%d$m=%d,t=%d,p=%d$%s$%s", hashPrefix, argon2.Version, h.memory, h.passes, h.lanes,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.value)), nil
}

// parseHash reads a password of a users file.
func parseHash(text string) (*passwordHash, error) {
	parts := strings.Split(strings.TrimPrefix(text, hashPrefix), "$")
	if !strings.HasPrefix(text, hashPrefix) || len(parts) != 4 || parts[0] != "v="+strconv.Itoa(argon2.Version) {
		return nil, errHash
	}
	var numbers [3]uint64
	settings := strings.Split(parts[1], ",")
	if len(settings) != len(numbers) {
		return nil, errHash
	}
	for i, name := range []string{"m=", "t=", "p="} {
		digits, ok := strings.CutPrefix(settings[i], name)
		n, err := strconv.ParseUint(digits, 10, 32)
		if !ok || err != nil || strconv.FormatUint(n, 10) != digits {
			return nil, errHash
		}
		numbers[i] = n
	}
	memory, passes, lanes := numbers[0], numbers[1], numbers[2]
	if passes < 1 || passes > mostPasses || lanes < 1 || lanes > mostLanes || memory < 8*lanes || memory > mostMemory {
		return nil, fmt.Errorf("a password's hash has m from 8*p to %d, t up to %d and p up to %d", mostMemory, mostPasses, mostLanes)
	}
	h := &passwordHash{memory: uint32(memory), passes: uint32(passes), lanes: uint8(lanes)}
	var err error
	if h.salt, err = base64.RawStdEncoding.Strict().DecodeString(parts[2]); err != nil || len(h.salt) < 8 || len(h.salt) > mostLength {
		return nil, errHash
	}
	if h.value, err = base64.RawStdEncoding.Strict().DecodeString(parts[3]); err != nil || len(h.value) < leastLength || len(h.value) > mostLength {
		return nil, errHash
	}
	return h, nil
}

func (h *passwordHash) of(password string, length int) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.passes, h.memory, h.lanes, uint32(length))
}

// matches compares a password, in a time that does not tell how much of it is right.
func (h *passwordHash) matches(password string) bool {
	return subtle.ConstantTimeCompare(h.of(password, len(h.value)), h.value) == 1
}

// nobodys is compared with what is given for a user that has no password, so that the time
// does not tell who has one.
var nobodys = passwordHash{memory: hashMemory, passes: hashPasses, lanes: hashLanes, salt: make([]byte, saltLength), value: make([]byte, hashLength)}
