//go:build unix

package files

import "syscall"

// This file asks how many files the process may have open.

// Process gives how many files the process may have open (ulimit -n, which Go raises as
// far as it may when the process begins); 0: any number.
func Process() int {
	const many = 1 << 20 // of which nobody needs a part
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return 0
	}
	return int(min(uint64(limit.Cur), many))
}
