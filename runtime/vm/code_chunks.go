package vm

import (
	"slices"
	"strings"
	"weak"
)

// This file knows the chunks of files that a state has functions of.

// chunks are the chunks from files that were made into functions of a state. What
// nobody has any more is forgotten.
type chunks struct {
	made  int // functions of chunks; a chunk that is run again has new variables
	known []weak.Pointer[Code]
	limit int // number of known ones at which they are looked through
}

const minChunks = 16

// note is told of a main function; fresh: its chunk is not one of the latest.
func (c *chunks) note(code *Code) (fresh bool) {
	if code.parent != nil || !strings.HasPrefix(code.proto.Source, "@") {
		return false
	}
	c.made++
	p := weak.Make(code)
	if slices.Contains(c.known[max(0, len(c.known)-minChunks):], p) {
		return false
	}
	if c.known = append(c.known, p); len(c.known) < max(c.limit, 2*minChunks) {
		return true
	}
	seen := map[weak.Pointer[Code]]bool{}
	c.known = slices.DeleteFunc(c.known, func(p weak.Pointer[Code]) bool {
		drop := seen[p] || p.Value() == nil
		seen[p] = true
		return drop
	})
	c.limit = 2 * len(c.known)
	return true
}

// Chunks lists the code of the chunks from files that functions of the state may
// have. made counts how often such a chunk was made into a function: while it
// stays, no file's variables come to be.
func (d StateDebug) Chunks() (list []*Code, made int) {
	s := d.s
	seen := map[*Code]bool{}
	for _, p := range s.chunks.known {
		if code := p.Value(); code != nil && !seen[code] {
			seen[code] = true
			list = append(list, code)
		}
	}
	return list, s.chunks.made
}
