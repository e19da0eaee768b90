//go:build !linux

package stdlib

import "io/fs"

// systemAttributes gives nothing: what other systems keep differs too much.
func systemAttributes(fs.FileInfo) []attribute { return nil }
