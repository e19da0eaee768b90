//go:build unix

package lua

import "syscall"

// This file holds how a pipe is read that the command's children may hold, on Unix.

// drain copies what is in the pipe and tells whether more may come.
func (r *relay) drain() (more bool) {
	raw, err := r.r.SyscallConn()
	if err != nil {
		return false
	}
	buffer := make([]byte, 1<<15)
	for {
		n, readErr := 0, error(nil)
		// The descriptor does not block: an empty pipe is EAGAIN.
		if err := raw.Control(func(fd uintptr) { n, readErr = syscall.Read(int(fd), buffer) }); err != nil {
			return false
		}
		switch {
		case readErr == syscall.EINTR:
		case readErr != nil:
			return readErr == syscall.EAGAIN
		case n == 0:
			return false
		default:
			if _, err := r.to.Write(buffer[:n]); err != nil {
				return false
			}
		}
	}
}
