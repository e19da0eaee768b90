package vm

import (
	"math/bits"
	"unsafe"
)

// This file holds hashes of keys.

const (
	hashA = 0xa0761d6478bd642f
	hashB = 0xe7037ed1a0b428db
	// ownHashes bounds the whole numbers that are their own hashes. Side by side
	// they make a long way for other keys that are hashed among them.
	ownHashes = 32
)

// hashBytes hashes the n bytes at p. The seed keeps a sender of messages from
// choosing keys that collide.
func hashBytes(p unsafe.Pointer, n uint32, seed uint32) uint32 {
	var a, b uint64
	length := uint64(n)
	switch {
	case n > 16:
		return hashLong(p, n, seed)
	case n >= 8:
		a = *(*uint64)(p)
		b = *(*uint64)(unsafe.Add(p, n-8))
	case n >= 4:
		a = uint64(*(*uint32)(p))
		b = uint64(*(*uint32)(unsafe.Add(p, n-4)))
	case n > 0:
		a = uint64(*(*byte)(p))<<16 | uint64(*(*byte)(unsafe.Add(p, n>>1)))<<8 | uint64(*(*byte)(unsafe.Add(p, n-1)))
	}
	return mix(a^hashA^uint64(seed), b^hashB^length)
}

// maxHashed is how much of a string is hashed; of longer ones it is the beginning
// and the end, so that a key takes no longer than a thread may go unasked.
const maxHashed = 1 << 20

func hashLong(p unsafe.Pointer, n uint32, seed uint32) uint32 {
	length := n
	if n > maxHashed {
		seed = hashLong(p, maxHashed/2, seed)
		p, n = unsafe.Add(p, n-maxHashed/2), maxHashed/2
	}
	state := uint64(seed) ^ hashA
	for ; n > 16; n -= 16 {
		hi, lo := bits.Mul64(*(*uint64)(p)^hashB, *(*uint64)(unsafe.Add(p, 8))^state)
		state = hi ^ lo
		p = unsafe.Add(p, 16)
	}
	a := *(*uint64)(unsafe.Add(p, int(n)-16))
	b := *(*uint64)(unsafe.Add(p, int(n)-8))
	return mix(a^hashA^state, b^hashB^uint64(length))
}

func mix(a, b uint64) uint32 {
	hi, lo := bits.Mul64(a, b)
	x := hi ^ lo
	return uint32(x) ^ uint32(x>>32)
}

// hashWord hashes a float's bits, of which the lower ones are mostly zero, or a
// sequence number, of which the upper ones are.
func hashWord(n uint64) uint32 {
	hi, lo := bits.Mul64(n, 0x9e3779b97f4a7c15)
	return uint32(hi) ^ uint32(lo>>32)
}
