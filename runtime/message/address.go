package message

// This file is the numbers of services.

// Address is a service's number on its node. Numbers are given out in order and
// never used again. 1 is the node itself; numbers from FirstClient on belong to
// clients, which are not Lua services.
type Address uint32

// The first numbers of each kind.
const (
	NodeAddress  Address = 1
	FirstService Address = 2
	FirstClient  Address = 0xff000001
)

// String prints the address as skynet does: ":00000008".
func (a Address) String() string {
	const digits = "0123456789abcdef"
	text := [9]byte{0: ':'}
	for i := range 8 {
		text[i+1] = digits[a>>(28-4*i)&0xf]
	}
	return string(text[:])
}

// IsClient tells whether the address belongs to a client.
func (a Address) IsClient() bool { return a >= FirstClient }
