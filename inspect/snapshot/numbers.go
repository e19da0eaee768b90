package snapshot

import "lunarium/runtime/vm"

// This file numbers objects. While it does the service waits: nothing is copied to grow,
// and objects that were made one after the other are found without a search.

// numbers numbers objects in the order in which they are met.
type numbers struct {
	pages  map[uint64]*page // by the upper bits of sequence numbers
	latest *page
	at     uint64 // the upper bits of the latest page
	others map[vm.Identity]int
	met    [][]vm.Value
	count  int
}

const (
	pageBits   = 10
	pageLength = 1 << pageBits
)

// page has the numbers of objects, plus one, by the lower bits of their sequence numbers.
type page [pageLength]uint32

func newNumbers() numbers {
	return numbers{pages: map[uint64]*page{}, others: map[vm.Identity]int{}}
}

// of gives an object its number.
func (n *numbers) of(v vm.Value) int {
	sequence := v.Sequence()
	if sequence == 0 { // it is the program's own
		number, met := n.others[v.Identity()]
		if !met {
			number = n.meet(v)
			n.others[v.Identity()] = number
		}
		return number
	}
	place := &n.page(sequence >> pageBits)[sequence%pageLength]
	if *place == 0 {
		*place = uint32(n.meet(v)) + 1
	}
	return int(*place) - 1
}

func (n *numbers) page(upper uint64) *page {
	if n.latest != nil && n.at == upper {
		return n.latest
	}
	p := n.pages[upper]
	if p == nil {
		p = new(page)
		n.pages[upper] = p
	}
	n.latest, n.at = p, upper
	return p
}

func (n *numbers) meet(v vm.Value) int {
	if n.count%pageLength == 0 {
		n.met = append(n.met, make([]vm.Value, 0, pageLength))
	}
	last := n.count / pageLength
	n.met[last] = append(n.met[last], v)
	n.count++
	return n.count - 1
}

// object gives the object of a number.
func (n *numbers) object(number int) vm.Value { return n.met[number/pageLength][number%pageLength] }
