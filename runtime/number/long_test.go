package number

import (
	"math/rand"
	"strings"
	"testing"
)

var (
	zeros    = strings.Repeat("0", 20000)
	ones     = strings.Repeat("1", 1000)
	nineties = strings.Repeat("9", 1000)
	blanks   = strings.Repeat(" ", 1000)
)

// longNumerals are for TestNumbersAsReference.
var longNumerals = []string{
	zeros + "17", "1" + zeros + "e-20000", "0." + zeros + "5e20001", "1e" + zeros + "7", "1e-" + nineties, "1e" + nineties,
	blanks + "-1e5\n", "-12.5" + blanks, "0x" + ones, "0x1" + zeros + "p-80000", "0x." + zeros + "8P+80001", "-0x1p" + zeros + "1",
	"9007199254740993" + zeros + "e-20000", "9007199254740993" + zeros + "1e-20001",
	"9007199254740993" + zeros[:785], "9007199254740993" + zeros[:785] + "1", "9007199254740993" + zeros[:785] + "1e-786",
	"0x20000000000001" + zeros + "p-80000", "0x20000000000001" + zeros + "1p-80004", "0x.20000000000001" + zeros + "1p56",
	"9007199254740993." + zeros + "1", "9007199254740993." + zeros, "9007199254740992." + nineties,
	ones + ".", "." + ones, ones + "..1", ones + "e", ones + "e+", ones + "x", ones + "1e1.", ones + "e5 5",
	blanks + "0x", blanks + "0x.", blanks + ".", blanks, blanks + "- 1", blanks + "1\x00", ones + "_1", "0x" + ones + "e+5", "0x" + ones + "p", "--" + ones,
}

// TestParseLong compares it with Parse, where both are right.
func TestParseLong(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	pieces := []string{"1", "0", "9", "00000", "12345678901234567890", ".", "e", "e-", "p", "p+", "0x", "f", "-", " ", "5", zeros[:60], nineties[:60]}
	texts := numerals
	for range 3000 {
		text := ""
		for range 1 + random.Intn(6) {
			text += pieces[random.Intn(len(pieces))]
		}
		texts = append(texts, text)
	}
	for _, s := range texts {
		want, wantOK := Parse(s)
		if got, ok := ParseLong(s, func() {}); hex(got) != hex(want) || ok != wantOK {
			t.Errorf("ParseLong(%q) = %v, %v, want %v, %v", s, got, ok, want, wantOK)
		}
	}
}

func TestParseLongPolls(t *testing.T) {
	million := strings.Repeat("7", pollBytes)
	for _, s := range []string{strings.Repeat(million, 3), strings.Repeat(" ", 3*pollBytes) + "1", "1e" + strings.Repeat(million, 3), "1." + million + "e" + million} {
		polls := 0
		if _, ok := ParseLong(s, func() { polls++ }); !ok || polls < 2 {
			t.Errorf("%d polls in %d bytes", polls, len(s))
		}
	}
}
