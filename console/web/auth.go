package web

import (
	"crypto/rand"
	"net"
	"net/http"
	"sync"
	"time"

	"lunarium/console/access"
)

// This file holds who has signed in.

// keys are the cookies of those who have signed in.
type keys struct {
	guard *access.Guard

	mu    sync.Mutex
	valid map[string]key
}

// key is what a cookie stands for.
type key struct {
	who   *access.Principal
	until time.Time
}

const (
	cookieName = "lunarium"
	keyLife    = 12 * time.Hour
	mostKeys   = 1000
	// basicKind is how programs come, and signInKind how browsers do, for the audit log.
	basicKind  = "http"
	signInKind = "page"
)

func newKeys(guard *access.Guard) *keys { return &keys{guard: guard, valid: map[string]key{}} }

// admits tells who sends a request; false: they have not signed in.
func (k *keys) admits(r *http.Request) (*access.Principal, bool) {
	if !k.guard.Locked() {
		who, err := k.guard.Enter(r.Context(), signInKind, r.RemoteAddr, "", "")
		return who, err == nil
	}
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return nil, false
	}
	k.mu.Lock()
	found, ok := k.valid[cookie.Value]
	k.mu.Unlock()
	return found.who, ok && time.Now().Before(found.until) && found.who.Valid()
}

// admitsBasic is admits for programs, by HTTP's basic authentication.
func (k *keys) admitsBasic(r *http.Request) (*access.Principal, bool) {
	name, password, ok := r.BasicAuth()
	if !ok {
		return nil, false
	}
	who, err := k.guard.Enter(r.Context(), basicKind, r.RemoteAddr, name, password)
	return who, err == nil
}

// issue gives a new cookie.
func (k *keys) issue(r *http.Request, who *access.Principal) *http.Cookie {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := time.Now()
	for cookie, of := range k.valid {
		if now.After(of.until) {
			delete(k.valid, cookie)
		}
	}
	if len(k.valid) >= mostKeys {
		clear(k.valid)
	}
	cookie := rand.Text()
	k.valid[cookie] = key{who, now.Add(keyLife)}
	return &http.Cookie{
		Name: cookieName, Value: cookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
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
