//go:build checked

package message

// This file is for builds with the tag checked, as in the checked machine: what was
// given back for later holds poison, which shows whoever still uses it.

const (
	poisonType    = 0xEE
	poisonAddress = 0xDEAD_DEAD
)

// spoilMessages spoils the messages of a chunk that has been read.
func spoilMessages(chunk []Message) {
	for i := range chunk {
		chunk[i] = Message{Type: poisonType, Session: -1, Source: poisonAddress, Dest: poisonAddress}
	}
}
