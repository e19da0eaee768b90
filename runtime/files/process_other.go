//go:build !unix

package files

// Process gives how many files the process may have open; 0: any number.
func Process() int { return 0 }
