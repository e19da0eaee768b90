package lua

// This file holds classes of bytes, as C's ctype.h and patterns have them.

// Classes of bytes, as C's ctype.h has them in the C locale.
const (
	classAlpha = 1 << iota
	classControl
	classDigit
	classGraph
	classLower
	classPunct
	classSpace
	classUpper
	classHex
	classZero // %z, deprecated in Lua 5.2
)

// classOf has a bit of every class that a byte is in.
var classOf = func() (table [256]uint16) {
	mark := func(first, last byte, bits uint16) {
		for c := int(first); c <= int(last); c++ {
			table[c] |= bits
		}
	}
	mark(0, 31, classControl)
	mark(127, 127, classControl)
	mark(0, 0, classZero)
	mark('!', '/', classPunct|classGraph)
	mark(':', '@', classPunct|classGraph)
	mark('[', '`', classPunct|classGraph)
	mark('{', '~', classPunct|classGraph)
	mark('0', '9', classDigit|classHex|classGraph)
	mark('a', 'z', classAlpha|classLower|classGraph)
	mark('A', 'Z', classAlpha|classUpper|classGraph)
	mark('a', 'f', classHex)
	mark('A', 'F', classHex)
	mark('\t', '\r', classSpace)
	mark(' ', ' ', classSpace)
	return table
}()

// letterClass gives the classes behind a pattern's %a, %c …; 0 for other bytes.
var letterClass = [256]uint16{
	'a': classAlpha, 'c': classControl, 'd': classDigit, 'g': classGraph, 'l': classLower,
	'p': classPunct, 's': classSpace, 'u': classUpper, 'w': classAlpha | classDigit, 'x': classHex, 'z': classZero,
}

// byteSet is a set of bytes.
type byteSet [4]uint64

func (s *byteSet) has(c byte) bool { return s[c>>6]&(1<<(c&63)) != 0 }

// index gives the place of text's first byte that is in the set, or -1.
func (s *byteSet) index(text string) int {
	for i := 0; i < len(text); i++ {
		if s.has(text[i]) {
			return i
		}
	}
	return -1
}

func (s *byteSet) addRange(first, last byte) {
	for c := int(first); c <= int(last); c++ {
		s[c>>6] |= 1 << (c & 63)
	}
}

func (s *byteSet) addSet(other *byteSet) {
	for i := range s {
		s[i] |= other[i]
	}
}

func (s *byteSet) complement() {
	for i := range s {
		s[i] = ^s[i]
	}
}

// escapes has, for each byte, what it matches behind a '%': a class, for an
// upper-case letter a class's complement, else the byte itself.
var escapes = func() (table [256]byteSet) {
	for c := range table {
		set, lower := &table[c], byte(c)|0x20
		bits := letterClass[lower]
		if bits == 0 {
			set.addRange(byte(c), byte(c))
			continue
		}
		for member := range 256 {
			if classOf[member]&bits != 0 {
				set.addRange(byte(member), byte(member))
			}
		}
		if byte(c) != lower {
			set.complement()
		}
	}
	return table
}()

// readSet reads the set whose '[' stands at p and whose ']' at end.
func readSet(pattern string, p, end int) byteSet {
	var set byteSet
	inverted := pattern[p+1] == '^'
	if inverted {
		p++
	}
	for p++; p < end; p++ {
		switch {
		case pattern[p] == '%':
			// The byte after a '%' may be the closing bracket itself.
			p++
			set.addSet(&escapes[pattern[p]])
		case pattern[p+1] == '-' && p+2 < end:
			set.addRange(pattern[p], pattern[p+2])
			p += 2
		default:
			set.addRange(pattern[p], pattern[p])
		}
	}
	if inverted {
		set.complement()
	}
	return set
}

const spaces = " \f\n\r\t\v"
