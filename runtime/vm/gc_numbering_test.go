package vm

import (
	"math/rand"
	"testing"
)

func TestNumbering(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewSource(1))
	var n numbering
	model := map[uintptr]int{}
	count := 0
	for range 100_000 {
		switch a := uintptr(8 + 8*r.Intn(50_000)); r.Intn(8) {
		case 0:
			if got := n.next(); got != count {
				t.Fatalf("%d came after %d", got, count-1)
			}
			count++
		case 1:
			want, known := model[a]
			if got, ok := n.find(a); ok != known || ok && got != want {
				t.Fatalf("%d has number %d, %v; not %d, %v", a, got, ok, want, known)
			}
		default:
			want, known := model[a]
			if !known {
				want, model[a] = count, count
				count++
			}
			if got, added := n.of(a); got != want || added == known {
				t.Fatalf("%d has number %d, new: %v; not %d", a, got, added, want)
			}
		}
	}
}
