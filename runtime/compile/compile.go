package compile

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"

	lua "github.com/Shopify/go-lua"

	"lunarium/runtime/bytecode"
)

// This file takes a source text through go-lua to a prototype.

// Source compiles a chunk. chunkName carries Lua's prefix: "@" before a file
// name, "=" before any other name, and none if it is the text itself. Errors
// are of type *SyntaxError.
func Source(chunkName string, src []byte) (*bytecode.Proto, error) {
	return SourceUnless(chunkName, src, nil)
}

// SourceUnless is Source, given up when stop, which is asked now and then, says
// so. nil never does.
func SourceUnless(chunkName string, src []byte, stop func() bool) (*bytecode.Proto, error) {
	text := string(src)
	f := newFeed(text)
	f.stop = stop
	chunk, message, err := generate(f)
	if err != nil && f.failure == nil && !errors.Is(err, lua.SyntaxError) {
		f = newFeed(text)
		f.trim, f.stop = true, stop
		chunk, message, err = generate(f)
	}
	switch {
	case f.failure != nil:
		return nil, chunkError(chunkName, f.failure.line, f.failure.message)
	case errors.Is(err, lua.SyntaxError):
		return nil, chunkError(chunkName, f.last.line, parserMessage(message, f.last))
	case err != nil:
		return nil, defect(chunkName, f, err)
	}
	p, err := bytecode.Parse(chunk, chunkName)
	if err == nil {
		finish(p, chunkName)
		if line := tooComplex(p); line >= 0 {
			return nil, chunkError(chunkName, line, "function or expression too complex near "+lastToken(text, line))
		}
		err = bytecode.Verify(p)
	}
	if err != nil {
		return nil, defect(chunkName, f, err)
	}
	return p, nil
}

// Chunk is SourceUnless for text, and bytecode.Load for a precompiled chunk.
func Chunk(chunkName string, content []byte, stop func() bool) (*bytecode.Proto, error) {
	if isBinary(content) {
		return bytecode.Load(content, chunkName)
	}
	return SourceUnless(chunkName, content, stop)
}

// File compiles the content of a file, whose first line may begin with "#" and
// is then ignored, as is a byte order mark. path goes into the chunk name as
// it is. A precompiled chunk is loaded, with errors of *bytecode.FormatError.
func File(path string, content []byte) (*bytecode.Proto, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if bytes.HasPrefix(content, []byte("#")) {
		// The line end stays, so that lines keep their numbers.
		end := bytes.IndexByte(content, '\n')
		if end < 0 {
			end = len(content)
		}
		content = content[end:]
		if code := bytes.TrimPrefix(content, []byte("\n")); isBinary(code) {
			content = code
		}
	}
	return Chunk("@"+path, content, nil)
}

// tooManyRegisters is what is left of go-lua's error when a register's number
// does not fit into an instruction.
const tooManyRegisters = "lua.value is nil, not *lua.luaClosure"

// maxRegisters is how many registers a function may have (MAXSTACK).
const maxRegisters = 250

// tooComplex gives the line where a function first needs more registers than
// there may be, or -1. go-lua does not count them, and writes their number and
// their operands cut to 8 bits.
func tooComplex(p *bytecode.Proto) int {
	for pc, i := range p.Code {
		if i.Op().Info().A == bytecode.Register && i.A() >= maxRegisters-1 {
			return p.Line(pc)
		}
	}
	for _, child := range p.Protos {
		if line := tooComplex(child); line >= 0 {
			return line
		}
	}
	if p.MaxStack >= maxRegisters {
		return p.Line(len(p.Code) - 1)
	}
	return -1
}

// lastToken shows the last token of a line, near which the reference, which
// notices sooner, complains.
func lastToken(text string, line int) string {
	x := lexer{src: text, line: 1}
	shown := endMark
	for {
		t, failure := x.next()
		if failure != nil || t.kind == tokenEnd || t.line > line {
			return shown
		}
		shown = t.show()
	}
}

func isBinary(content []byte) bool {
	return bytes.HasPrefix(content, []byte(bytecode.Signature[:1]))
}

// defect reports a failure of the code generator as an error at the token that
// it had reached.
func defect(chunkName string, f *feed, err error) error {
	if detail := errors.Unwrap(err); detail != nil {
		err = detail
	}
	reason, _, _ := strings.Cut(err.Error(), "\n")
	if strings.HasSuffix(reason, tooManyRegisters) {
		return chunkError(chunkName, f.last.line, "function or expression too complex near "+f.last.show())
	}
	return chunkError(chunkName, f.last.line,
		fmt.Sprintf("cannot compile (%s) near %s", reason, f.last.show()))
}

// generate runs go-lua's parser and returns the chunk as it dumps it. A parser
// error is lua.SyntaxError, with the message beside it.
func generate(f *feed) (chunk []byte, message string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("code generator: %v", r)
		}
	}()
	state := lua.NewState()
	if err := state.Load(f, "=?", "t"); err != nil {
		message, _ = state.ToString(-1)
		return nil, message, err
	}
	var out bytes.Buffer
	if err := state.Dump(&out); err != nil {
		return nil, "", fmt.Errorf("dump: %w", err)
	}
	return out.Bytes(), "", nil
}

// finish mends a freshly read function and its nested ones, and gives them
// their chunk name: one string shared by all, which go-lua would write out once
// per function.
func finish(p *bytecode.Proto, chunkName string) {
	p.Source = chunkName
	for pc, i := range p.Code {
		// go-lua writes LOADK for LOADKX when it runs out of short indexes.
		if pc > 0 && i.Op() == bytecode.EXTRAARG && p.Code[pc-1].Op() == bytecode.LOADK {
			p.Code[pc-1] = bytecode.ABx(bytecode.LOADKX, p.Code[pc-1].A(), 0)
		}
	}
	for i, c := range p.Constants {
		// Go's NaN has a bit that the hardware's and C's have not.
		if c.Kind == bytecode.Number && c.Number != c.Number {
			p.Constants[i].Number = math.Copysign(math.Float64frombits(0x7ff8<<48), c.Number)
		}
	}
	for _, child := range p.Protos {
		finish(child, chunkName)
	}
}
