package vm

import "unsafe"

// This file holds sets of objects.

// visited is a set of addresses of objects, a bit for each, that never has to be
// copied to grow. It keeps nothing alive: an object that is made where another was
// counts as that one.
type visited struct {
	pages map[uintptr]*page
	last  uintptr // number of the page that was used last
	page  *page
}

// page has a bit for each address that an object may have in pageBytes of memory.
type page [pageBytes / objectAlign / 64]uint64

const (
	pageBytes   = 1 << 16
	objectAlign = 8
)

// add tells whether an address is new.
func (s *visited) add(p unsafe.Pointer) bool {
	number := uintptr(p) / pageBytes
	if s.page == nil || number != s.last {
		if s.pages == nil {
			s.pages = map[uintptr]*page{}
		}
		s.last, s.page = number, s.pages[number]
		if s.page == nil {
			s.page = new(page)
			s.pages[number] = s.page
		}
	}
	at := uintptr(p) % pageBytes / objectAlign
	word, bit := &s.page[at/64], uint64(1)<<(at%64)
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	return true
}

// has tells whether an address was added.
func (s *visited) has(p unsafe.Pointer) bool {
	page := s.pages[uintptr(p)/pageBytes]
	at := uintptr(p) % pageBytes / objectAlign
	return page != nil && page[at/64]&(1<<(at%64)) != 0
}

// Objects is a set of tables, functions, userdata and threads, in little memory. It does
// not keep them.
type Objects struct{ seen visited }

// Add puts an object into the set.
func (o *Objects) Add(v Value) {
	if v.isObject() {
		o.seen.add(v.p)
	}
}

// Has tells whether the set has an object; it has nothing else.
func (o *Objects) Has(v Value) bool { return v.isObject() && o.seen.has(v.p) }

// isObject tells whether a value is a table, a function, a userdata or a thread.
func (v Value) isObject() bool { return v.n >= tagFloor && v.hi() >= hiTable }
