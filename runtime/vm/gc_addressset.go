package vm

// This file holds a set of addresses, for the marker.

// addressSet is a set of addresses: open addressing, in parts that grow one by one,
// each at a fullness of its own, so that no add takes long nor many together.
type addressSet [64]addressPart

// addressPart is a part of an addressSet; 0 is an empty slot.
type addressPart struct {
	slots []uintptr
	count int
}

// add tells whether a was new.
func (s *addressSet) add(a uintptr) bool {
	hash := hashWord(uint64(a))
	part := &s[hash>>26]
	if part.count*256 >= len(part.slots)*(128+int(hash>>26)) { // from a half to three quarters
		part.grow()
	}
	return part.add(a, hash)
}

func (p *addressPart) add(a uintptr, hash uint32) bool {
	if !p.place(a, hash) {
		return false
	}
	p.count++
	return true
}

func (p *addressPart) place(a uintptr, hash uint32) bool {
	mask := uint32(len(p.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		switch p.slots[i] {
		case a:
			return false
		case 0:
			p.slots[i] = a
			return true
		}
	}
}

func (p *addressPart) grow() {
	old := p.slots
	p.slots = make([]uintptr, max(8, 2*len(old)))
	for _, a := range old {
		if a != 0 {
			p.place(a, hashWord(uint64(a)))
		}
	}
}
