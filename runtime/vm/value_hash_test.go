package vm

import (
	"strings"
	"testing"
)

// Whole numbers as floats, and sequence numbers, must spread over a small table's
// nodes: with a poor hash they all meet in one.
func TestWordsSpread(t *testing.T) {
	const mask = 63
	for name, word := range map[string]func(int) uint64{
		"whole numbers":    func(i int) uint64 { return Int(i).n },
		"halves":           func(i int) uint64 { return Number(float64(i) + 0.5).n },
		"large numbers":    func(i int) uint64 { return Int(1<<40 + i).n },
		"negative numbers": func(i int) uint64 { return Int(-i).n },
		"sequence numbers": func(i int) uint64 { return uint64(i) },
		"spaced numbers":   func(i int) uint64 { return uint64(i) << 10 },
	} {
		homes := map[uint32]bool{}
		for i := 1; i <= mask+1; i++ {
			homes[hashWord(word(i))&mask] = true
		}
		if len(homes) < (mask+1)/3 {
			t.Errorf("%d %s meet in %d nodes", mask+1, name, len(homes))
		}
	}
}

// Of huge strings the middle is not hashed: those that differ there meet, and are
// told apart all the same.
func TestHugeKeys(t *testing.T) {
	half := strings.Repeat("x", maxHashed)
	table := NewState(Config{}).NewTable(0, 0)
	keys := []string{half + "a" + half, half + "b" + half, "a" + half + half, half + half + "a", half + half, half}
	for i, key := range keys {
		table.Set(String(key), Int(i))
	}
	for i, key := range keys {
		if got := table.Get(String(key)); got != Int(i) {
			t.Errorf("key %d holds %v", i, got)
		}
	}
}
