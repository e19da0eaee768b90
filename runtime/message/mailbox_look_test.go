package message

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// listed gives the sessions of the messages that wait by their numbers, as they are listed.
func listed(each func(func(uint64, *Message) bool)) (list [][2]int) {
	each(func(number uint64, m *Message) bool {
		list = append(list, [2]int{int(number), int(m.Session)})
		return true
	})
	return list
}

// Messages are put, taken, handled and taken out at random; what waits, and under which
// numbers, is as in a list. Each message has as its session the number that it got.
func TestMessagesThatWait(t *testing.T) {
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 1))
		var b Mailbox
		var in Inbox
		var first Message
		var boxed, taken [][2]int
		put := 0
		remove := func(model *[][2]int, remove func(uint64) (Message, bool)) {
			number := random.IntN(put + 2)
			i := slices.IndexFunc(*model, func(one [2]int) bool { return one[0] == number })
			m, ok := remove(uint64(number))
			if ok != (i >= 0) || ok && int(m.Session) != number {
				t.Fatalf("seed %d: message %d taken out: %t, as %d", seed, number, ok, m.Session)
			}
			if ok {
				*model = slices.Delete(*model, i, i+1)
			}
		}
		for range 300 {
			switch random.IntN(6) {
			case 0, 1:
				for range random.IntN(20) {
					put++
					b.Put(&Message{Session: int32(put)}, midnight)
					boxed = append(boxed, [2]int{put, put})
				}
			case 2:
				remove(&boxed, b.Remove)
			case 3:
				remove(&taken, in.Remove)
			case 4:
				if m := in.Next(); m != nil {
					if int(m.Session) != taken[0][0] {
						t.Fatalf("seed %d: message %d came instead of %d", seed, m.Session, taken[0][0])
					}
					taken = taken[1:]
				} else if len(taken) > 0 {
					t.Fatalf("seed %d: %v did not come", seed, taken)
				}
			case 5:
				if in.Left() == 0 {
					in.Next()
					if b.Take(&first, &in) {
						if int(first.Session) != boxed[0][0] {
							t.Fatalf("seed %d: message %d came instead of %d", seed, first.Session, boxed[0][0])
						}
						boxed, taken = nil, slices.Clone(boxed[1:])
					}
				}
			}
			if list := listed(b.Each); !slices.Equal(list, boxed) {
				t.Fatalf("seed %d: in the mailbox\n%s", seed, cmp.Diff(boxed, list))
			}
			if list := listed(in.Each); !slices.Equal(list, taken) {
				t.Fatalf("seed %d: taken\n%s", seed, cmp.Diff(taken, list))
			}
			if b.Length() != len(boxed) || in.Left() != len(taken) {
				t.Fatalf("seed %d: %d and %d instead of %d and %d", seed, b.Length(), in.Left(), len(boxed), len(taken))
			}
		}
	}
}
