package bytecode

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// This file reads precompiled chunks.

// The type bytes of constants in a chunk.
const (
	tagNil     = 0
	tagBoolean = 1
	tagNumber  = 3
	tagString  = 4
)

// The fewest bytes that one element of each list takes, by which a claimed
// length is checked before memory is set aside for it.
const (
	minConstant = 1
	minProto    = 3*4 + 3 + 7*4
	minLocal    = 8 + 2*4
	minString   = 8
)

var errTruncated = errors.New("truncated")

// Load reads a precompiled chunk of Lua 5.2 and verifies it. chunkName, with
// Lua's prefix, is used in errors only: the chunk carries its own name. Memory
// use is proportional to len(data). Errors are of type *FormatError; bytes
// after the chunk are ignored, as in the reference implementation.
func Load(data []byte, chunkName string) (*Proto, error) {
	p, err := Parse(data, chunkName)
	if err != nil {
		return nil, err
	}
	if err := Verify(p); err != nil {
		return nil, formatError(chunkName, err)
	}
	return p, nil
}

// Parse is Load without the verification. What it returns may be changed, and
// must pass Verify before it is run, listed, or asked for names.
func Parse(data []byte, chunkName string) (*Proto, error) {
	if err := checkHeader(data); err != nil {
		return nil, formatError(chunkName, err)
	}
	l := loader{rest: data[len(header):]}
	p := l.function(0)
	if l.err != nil {
		return nil, formatError(chunkName, l.err)
	}
	return p, nil
}

func formatError(chunkName string, err error) *FormatError {
	failure := &FormatError{Chunk: displayName(chunkName)}
	var why headerError
	switch {
	case errors.As(err, &why):
		failure.Why = string(why)
	case errors.Is(err, errTruncated):
		failure.Why = "truncated"
	default:
		failure.Why, failure.Err = "corrupted", err
	}
	return failure
}

// headerError is the word for what is wrong with a header.
type headerError string

func (e headerError) Error() string { return string(e) }

func checkHeader(data []byte) error {
	switch {
	case len(data) < len(header):
		return errTruncated
	case string(data[:len(header)]) == header:
		return nil
	case string(data[:len(Signature)]) != Signature:
		return headerError("not a")
	case string(data[:versionEnd]) != header[:versionEnd]:
		return headerError("version mismatch in")
	case string(data[:sizesEnd]) != header[:sizesEnd]:
		return headerError("incompatible")
	}
	return headerError("corrupted")
}

// loader consumes a chunk. After the first error every read gives zeros.
type loader struct {
	rest []byte
	err  error
}

func (l *loader) fail(err error) {
	if l.err == nil {
		l.err = err
	}
	l.rest = nil
}

func (l *loader) take(n int) []byte {
	if n > len(l.rest) {
		l.fail(errTruncated)
		return nil
	}
	b := l.rest[:n]
	l.rest = l.rest[n:]
	return b
}

func (l *loader) byte() byte {
	if b := l.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (l *loader) int() int {
	if b := l.take(4); b != nil {
		return int(int32(binary.LittleEndian.Uint32(b)))
	}
	return 0
}

// count reads a list's length and checks that so many elements can follow.
func (l *loader) count(elementSize int) int {
	n := l.int()
	if n < 0 {
		l.fail(fmt.Errorf("list of %d elements", n))
		return 0
	}
	if n > len(l.rest)/elementSize {
		l.fail(errTruncated)
		return 0
	}
	return n
}

// string reads a string that ends in a zero byte which its size includes. A
// size of 0 stands for no string, and is "" here.
func (l *loader) string() string {
	b := l.take(8)
	if b == nil {
		return ""
	}
	size := binary.LittleEndian.Uint64(b)
	if size == 0 {
		return ""
	}
	if size > uint64(len(l.rest)) {
		l.fail(errTruncated)
		return ""
	}
	s := l.take(int(size))
	return string(s[:size-1])
}

func (l *loader) function(depth int) *Proto {
	if depth > maxDepth {
		l.fail(errTooDeep)
		return nil
	}
	p := &Proto{}
	p.LineDefined = l.int()
	p.LastLineDefined = l.int()
	p.NumParams = l.byte()
	p.IsVararg = l.byte() != 0
	p.MaxStack = l.byte()
	p.Code = l.code()
	p.Constants = l.constants()
	if n := l.count(minProto); n > 0 {
		p.Protos = make([]*Proto, 0, n)
		for range n {
			if l.err != nil {
				return nil
			}
			p.Protos = append(p.Protos, l.function(depth+1))
		}
	}
	l.upvalues(p)
	l.debug(p)
	return p
}

func (l *loader) code() []Instruction {
	n := l.count(4)
	b := l.take(4 * n)
	code := make([]Instruction, len(b)/4)
	for i := range code {
		code[i] = Instruction(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return code
}

func (l *loader) constants() []Constant {
	n := l.count(minConstant)
	// An element in memory is much larger than its least size in the chunk,
	// so a hostile count buys memory a part at a time.
	list := make([]Constant, 0, min(n, 1+len(l.rest)/8))
	for range n {
		if l.err != nil {
			return nil
		}
		list = append(list, l.constant())
	}
	return list
}

func (l *loader) constant() Constant {
	switch tag := l.byte(); tag {
	case tagNil:
		return Constant{Kind: Nil}
	case tagBoolean:
		return Constant{Kind: Boolean, Bool: l.byte() != 0}
	case tagNumber:
		if b := l.take(8); b != nil {
			return Constant{Kind: Number, Number: math.Float64frombits(binary.LittleEndian.Uint64(b))}
		}
	case tagString:
		return Constant{Kind: String, String: l.string()}
	default:
		l.fail(fmt.Errorf("constant of type %d", tag))
	}
	return Constant{}
}

func (l *loader) upvalues(p *Proto) {
	n := l.count(2)
	p.Upvalues = make([]UpvalueDesc, n)
	for i := range p.Upvalues {
		p.Upvalues[i].InStack = l.byte() != 0
		p.Upvalues[i].Index = l.byte()
	}
}

func (l *loader) debug(p *Proto) {
	p.Source = l.string()
	if p.Source == "" {
		p.Source = noSource
	}
	lines := l.take(4 * l.count(4))
	p.LineInfo = make([]int32, len(lines)/4)
	for i := range p.LineInfo {
		p.LineInfo[i] = int32(binary.LittleEndian.Uint32(lines[4*i:]))
	}
	if n := l.count(minLocal); n > 0 {
		p.Locals = make([]LocalVar, n)
		for i := range p.Locals {
			p.Locals[i] = LocalVar{Name: l.string(), StartPC: l.int(), EndPC: l.int()}
		}
	}
	names := l.count(minString)
	if names > len(p.Upvalues) {
		l.fail(fmt.Errorf("%d names for %d upvalues", names, len(p.Upvalues)))
		return
	}
	for i := range names {
		p.Upvalues[i].Name = l.string()
	}
}
