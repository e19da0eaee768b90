package source

import "time"

// This file is how a file is known again without being read.

// stamp differs between a file and any later content of it, if the file had
// been left alone for settledFile when it was stamped: then a later change gets
// a later time, however coarse the file system's clock is.
type stamp struct {
	dev, ino uint64
	size     int64
	changed  int64 // nanoseconds
}

const settledFile = 2 * time.Second

// fileInfo is what statFile tells. The stamp means something only if settled.
type fileInfo struct {
	stamp   stamp
	settled bool
}
