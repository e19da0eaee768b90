package service

import (
	"bytes"

	"lunarium/runtime/bytecode"
	"lunarium/runtime/compile"
)

// compileChunk makes verified bytecode of source text or of what string.dump
// gave.
func compileChunk(chunkName string, source []byte) (*bytecode.Proto, error) {
	if !bytes.HasPrefix(source, []byte("\x1bLua")) {
		return compile.Source(chunkName, source)
	}
	p, err := bytecode.Load(source, chunkName)
	if err != nil {
		return nil, err
	}
	return p, bytecode.Verify(p)
}
