package access

import (
	"errors"
	"sync"
	"time"
)

// This file counts the wrong passwords of addresses.

const (
	// mostGuesses wrong passwords in guessTime make an address wait.
	mostGuesses = 10
	guessTime   = time.Minute
	// mostGuessers is how many addresses are remembered.
	mostGuessers = 1000
)

// ErrGuesses: an address has given too many wrong passwords.
var ErrGuesses = errors.New("too many wrong passwords; wait a minute")

// guesses are the wrong passwords of all addresses.
type guesses struct {
	mu     sync.Mutex
	counts map[string]guessed
}

type guessed struct {
	count int
	since time.Time
}

// may tells whether an address has not guessed too often.
func (g *guesses) may(host string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	of := g.counts[host]
	return of.count < mostGuesses || time.Since(of.since) > guessTime
}

// note counts a wrong password, and forgets those before a right one.
func (g *guesses) note(host string, right bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if right {
		delete(g.counts, host)
		return
	}
	of := g.counts[host]
	if time.Since(of.since) > guessTime {
		of = guessed{since: time.Now()}
	}
	of.count++
	if g.counts == nil || len(g.counts) >= mostGuessers {
		g.counts = map[string]guessed{}
	}
	g.counts[host] = of
}
