package bytecode

import "strings"

// This file holds how a precompiled chunk begins.

// Signature opens every precompiled chunk.
const Signature = "\x1bLua"

// header is what luac 5.2 writes on a 64-bit little-endian machine: signature,
// version, format, endianness, sizes of int, size_t, Instruction and
// lua_Number, whether numbers are integral, and a tail that detects text
// conversions. Source: lundump.c, manual of luac.
const header = Signature + "\x52\x00\x01\x04\x08\x04\x08\x00" + "\x19\x93\r\n\x1a\n"

// The ends of the header's parts, at which its complaints differ.
const (
	versionEnd = len(Signature) + 2
	sizesEnd   = versionEnd + 6
)

// maxDepth limits how deep prototypes nest, as the parser's limit does.
const maxDepth = 200

// noSource stands for a source name that was stripped.
const noSource = "=?"

// FormatError says why a precompiled chunk cannot be used.
type FormatError struct {
	// Chunk is the chunk name without prefix.
	Chunk string
	// Why is the reference implementation's word: "truncated", "not a",
	// "version mismatch in", "incompatible" or "corrupted".
	Why string
	// Err is what was found wrong where Why is "corrupted", or nil.
	Err error
}

// Error reads as the reference implementation's message does.
func (e *FormatError) Error() string {
	return e.Chunk + ": " + e.Why + " precompiled chunk"
}

// Unwrap returns the detail, if any.
func (e *FormatError) Unwrap() error { return e.Err }

// displayName strips a chunk name's prefix for a FormatError.
func displayName(chunkName string) string {
	switch {
	case strings.HasPrefix(chunkName, "@"), strings.HasPrefix(chunkName, "="):
		return chunkName[1:]
	case strings.HasPrefix(chunkName, Signature[:1]):
		return "binary string"
	}
	return chunkName
}
