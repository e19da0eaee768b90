package web

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"sync"
	"time"
)

// This file holds who has given the password.

// keys are the cookies of those who have given the password.
type keys struct {
	digest [sha256.Size]byte // of the password
	needed bool

	mu      sync.Mutex
	valid   map[string]time.Time // until when
	guesses map[string]guesses   // by remote address
}

type guesses struct {
	count int
	since time.Time
}

const (
	cookieName = "lunarium"
	keyLife    = 12 * time.Hour
	mostKeys   = 1000
	// mostGuesses wrong passwords in guessTime make an address wait.
	mostGuesses = 10
	guessTime   = time.Minute
)

func newKeys(password []byte) *keys {
	return &keys{
		digest: sha256.Sum256(password), needed: len(password) > 0,
		valid: map[string]time.Time{}, guesses: map[string]guesses{},
	}
}

// matches compares a password without telling by its time how much is right.
func (k *keys) matches(password string) bool {
	digest := sha256.Sum256([]byte(password))
	return subtle.ConstantTimeCompare(digest[:], k.digest[:]) == 1
}

// admits tells whether a request may see and do everything.
func (k *keys) admits(r *http.Request) bool {
	if !k.needed {
		return true
	}
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	until, ok := k.valid[cookie.Value]
	return ok && time.Now().Before(until)
}

// admitsBasic is admits for programs: the password of HTTP's basic
// authentication, with any user name.
func (k *keys) admitsBasic(r *http.Request) bool {
	_, password, ok := r.BasicAuth()
	return ok && k.mayGuess(r) && k.check(r, password)
}

// check compares a password and counts a wrong one.
func (k *keys) check(r *http.Request, password string) bool {
	right := k.matches(password)
	k.mu.Lock()
	defer k.mu.Unlock()
	from := remoteHost(r)
	if right {
		delete(k.guesses, from)
		return true
	}
	g := k.guesses[from]
	if time.Since(g.since) > guessTime {
		g = guesses{since: time.Now()}
	}
	g.count++
	if len(k.guesses) >= mostKeys {
		clear(k.guesses)
	}
	k.guesses[from] = g
	return false
}

// mayGuess tells whether an address has not guessed too often.
func (k *keys) mayGuess(r *http.Request) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	g := k.guesses[remoteHost(r)]
	return g.count < mostGuesses || time.Since(g.since) > guessTime
}

// issue gives a new cookie.
func (k *keys) issue(r *http.Request) *http.Cookie {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := time.Now()
	for key, until := range k.valid {
		if now.After(until) {
			delete(k.valid, key)
		}
	}
	if len(k.valid) >= mostKeys {
		clear(k.valid)
	}
	key := rand.Text()
	k.valid[key] = now.Add(keyLife)
	return &http.Cookie{
		Name: cookieName, Value: key, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
		MaxAge: int(keyLife.Seconds()), Secure: r.TLS != nil,
	}
}

// revoke makes a request's cookie worthless.
func (k *keys) revoke(r *http.Request) {
	if cookie, err := r.Cookie(cookieName); err == nil {
		k.mu.Lock()
		delete(k.valid, cookie.Value)
		k.mu.Unlock()
	}
}

func remoteHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
