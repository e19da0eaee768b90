//go:build !checked

package message

// Without the build tag checked nothing is spoiled.

func spoilMessages([]Message) {}
