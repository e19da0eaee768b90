package vm

// This file holds numbers of addresses, for surveys.

// numbering gives addresses numbers, in the order in which they came: open addressing, in
// parts that grow one by one, each at a fullness of its own. Addresses that lie together
// have slots that do: what was made together is met together.
type numbering struct {
	parts [256]numberedPart
	count int
}

// numberedPart is a part of a numbering; 0 is an empty slot.
type numberedPart struct {
	slots   []uintptr
	numbers []uint32
	count   int
}

// of gives an address's number, and whether it is new.
func (n *numbering) of(a uintptr) (number int, added bool) {
	hash := hashNear(a)
	part := &n.parts[hash>>24]
	if part.count*1024 >= len(part.slots)*(512+int(hash>>24)) { // from a half to three quarters
		part.grow()
	}
	i := part.place(a, hash)
	if part.slots[i] == a {
		return int(part.numbers[i]), false
	}
	part.slots[i], part.numbers[i] = a, uint32(n.count)
	part.count++
	return n.next(), true
}

// next gives a number to what has no address.
func (n *numbering) next() int {
	n.count++
	return n.count - 1
}

// find gives the number that an address has.
func (n *numbering) find(a uintptr) (number int, ok bool) {
	hash := hashNear(a)
	part := &n.parts[hash>>24]
	if len(part.slots) == 0 {
		return 0, false
	}
	i := part.place(a, hash)
	return int(part.numbers[i]), part.slots[i] == a
}

const (
	// nearBytes is how much memory has its slots together, one for so many bytes.
	nearBytes  = 1 << 12
	bytesASlot = 1 << 5
)

// hashNear hashes an address: its upper bits say where its neighbours are, too.
func hashNear(a uintptr) uint32 {
	return hashWord(uint64(a/nearBytes)) + uint32(a%nearBytes/bytesASlot)
}

// place gives the slot of an address, or the one that it may have.
func (p *numberedPart) place(a uintptr, hash uint32) uint32 {
	mask := uint32(len(p.slots) - 1)
	i := hash & mask
	for p.slots[i] != a && p.slots[i] != 0 {
		i = (i + 1) & mask
	}
	return i
}

func (p *numberedPart) grow() {
	slots, numbers := p.slots, p.numbers
	p.slots = make([]uintptr, max(8, 2*len(slots)))
	p.numbers = make([]uint32, len(p.slots))
	for i, a := range slots {
		if a != 0 {
			at := p.place(a, hashNear(a))
			p.slots[at], p.numbers[at] = a, numbers[i]
		}
	}
}
