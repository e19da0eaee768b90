package visible

import "testing"

// What Quote writes is read back, whatever follows.
func TestCutQuoted(t *testing.T) {
	for _, text := range []string{"", "ann", "two words", "a\"b\\c\n\r\t", "\x1b[31m\x00" + "1", "\xff2", "naïve \u202e"} {
		said, rest, ok := CutQuoted(Quote(text) + ` "x`)
		if said != text || rest != ` "x` || !ok {
			t.Errorf("%q is read as %q, then %q, %v", text, said, rest, ok)
		}
	}
	for _, text := range []string{"", "x", `'x'`, `"x`, `"\`, `"\999"`} {
		if _, rest, ok := CutQuoted(text); ok || rest != text {
			t.Errorf("%q is taken for a string before %q", text, rest)
		}
	}
}
