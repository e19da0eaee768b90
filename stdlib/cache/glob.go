package cache

// This file holds the patterns of keys.

// match tells whether a whole key matches a pattern as Redis reads it: * any
// bytes, ? one byte, [abc] [^abc] [a-z] one of them, \ the next byte itself.
// A [ without its ] goes to the end of the pattern. It takes time in proportion
// to the product of both lengths at most.
func match(pattern, key string) bool {
	star, mark := -1, 0 // the latest * and where it stands for what it does
	p, k := 0, 0
	for k < len(key) {
		if p < len(pattern) && pattern[p] == '*' {
			star, mark = p, k
			p++
			continue
		}
		if p < len(pattern) {
			if next, ok := matchByte(pattern, p, key[k]); ok {
				p = next
				k++
				continue
			}
		}
		if star < 0 {
			return false
		}
		mark++
		p, k = star+1, mark
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// matchByte matches one byte with the part of the pattern at p, and gives where
// that part ends.
func matchByte(pattern string, p int, c byte) (next int, ok bool) {
	switch pattern[p] {
	case '?':
		return p + 1, true
	case '[':
		return matchSet(pattern, p+1, c)
	case '\\':
		if p+1 < len(pattern) {
			p++
		}
	}
	return p + 1, pattern[p] == c
}

func matchSet(pattern string, p int, c byte) (next int, ok bool) {
	not := p < len(pattern) && pattern[p] == '^'
	if not {
		p++
	}
	in := false
	for p < len(pattern) && pattern[p] != ']' {
		if pattern[p] == '\\' && p+1 < len(pattern) {
			p++
			in = in || pattern[p] == c
			p++
			continue
		}
		low, high := pattern[p], pattern[p]
		if p+2 < len(pattern) && pattern[p+1] == '-' {
			high = pattern[p+2]
			p += 2
		}
		if low > high {
			low, high = high, low
		}
		in = in || low <= c && c <= high
		p++
	}
	return min(p+1, len(pattern)), in != not
}
