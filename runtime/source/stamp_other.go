//go:build !linux

package source

import "os"

// This file is for systems whose stamps prove nothing.

// statFile looks at a file; false when there is none, or it is a directory. No
// stamp can be relied upon here, so that files are read each time.
func statFile(path string) (fileInfo, bool) {
	info, err := os.Stat(path)
	return fileInfo{}, err == nil && !info.IsDir()
}
