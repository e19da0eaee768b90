package lua

import (
	"lunarium/runtime/bytecode"
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the library string.

// stringFunctions are the functions of the library string.
var stringFunctions = kit.Library{Name: "string", Functions: []kit.Function{
	kit.Fn("byte", "text [, from [, to]]", kit.None, "gives the codes of bytes",
		stringByte),
	kit.Fn("char", "...", kit.None, "makes a string of byte codes",
		stringChar),
	kit.Fn("dump", "f", kit.None, "gives a function as bytecode",
		stringDump),
	kit.Fn("find", "text, pattern [, from [, plain]]", kit.None, "gives where a pattern matches first, and its captures",
		stringFind),
	kit.Fn("format", "format, ...", kit.None, "makes text of values, by a format as in C",
		stringFormat),
	kit.Fn("gmatch", "text, pattern", kit.None, "gives an iterator over all matches",
		stringGmatch),
	kit.Fn("gsub", "text, pattern, replacement [, most]", kit.None, "replaces matches, and gives their number, too",
		stringGsub),
	kit.Fn("len", "text", kit.None, "gives the number of bytes",
		stringLen),
	kit.Fn("lower", "text", kit.None, "gives text in small letters",
		stringLower),
	kit.Fn("match", "text, pattern [, from]", kit.None, "gives the captures of the first match",
		stringMatch),
	kit.Fn("pack", "format, ...", kit.None, "makes bytes of values, as Lua 5.3 does",
		stringPack),
	kit.Fn("packsize", "format", kit.None, "gives how many bytes a format takes",
		stringPackSize),
	kit.Fn("rep", "text, n [, separator]", kit.None, "repeats text",
		stringRep),
	kit.Fn("reverse", "text", kit.None, "gives the bytes from the last to the first",
		stringReverse),
	kit.Fn("sub", "text, from [, to]", kit.None, "gives a part; negative positions count from the end",
		stringSub),
	kit.Fn("unpack", "format, bytes [, from]", kit.None, "makes values of bytes, and gives where the next begins",
		stringUnpack),
	kit.Fn("upper", "text", kit.None, "gives text in capitals",
		stringUpper),
}}

// stringTemplate is Lua 5.2's string library and string.pack, packsize and
// unpack of Lua 5.3.
var stringTemplate = vm.NewTemplate("string", stringFunctions.Bound())

// stringMeta is the metatable of strings.
var stringMeta = vm.NewTemplate("string metatable").Make("__index", Instance(stringTemplate))

func stringLen(t *vm.Thread) int { return t.Return(vm.Int(len(t.CheckString(1)))) }

func stringSub(t *vm.Thread) int {
	s := t.CheckString(1)
	start := max(fromEnd(t.CheckInteger(2), len(s)), 1)
	end := min(fromEnd(t.OptInteger(3, -1), len(s)), len(s))
	if start > end {
		return t.Return(vm.String(""))
	}
	return t.Return(substring(s, start-1, end))
}

func stringByte(t *vm.Thread) int {
	s := t.CheckString(1)
	start := fromEnd(t.OptInteger(2, 1), len(s))
	end := min(fromEnd(t.OptInteger(3, start), len(s)), len(s))
	start = max(start, 1)
	if start > end {
		return 0
	}
	if end-start >= maxResults {
		t.Errorf("stack overflow (string slice too long)")
	}
	for i := start - 1; i < end; i++ {
		t.Push(vm.Int(int(s[i])))
	}
	return end - start + 1
}

func stringChar(t *vm.Thread) int {
	if t.NArgs() == 1 {
		return t.Return(byteString(checkByte(t, 1)))
	}
	b := reserve(t, nil, t.NArgs())[:t.NArgs()]
	for i := range b {
		b[i] = checkByte(t, i+1)
	}
	return t.Return(vm.Bytes(b))
}

func checkByte(t *vm.Thread, i int) byte {
	c := t.CheckInt32(i)
	if c < 0 || c > 255 {
		t.ArgError(i, "value out of range")
	}
	return byte(c)
}

// stringLower and stringUpper change ASCII letters only, as in the C locale.
func stringLower(t *vm.Thread) int { return changeCase(t, 'A') }
func stringUpper(t *vm.Thread) int { return changeCase(t, 'a') }

// changeCase swaps the case of the 26 letters from first on.
func changeCase(t *vm.Thread, first byte) int {
	s := t.CheckString(1)
	var b []byte
	for from, to := range pieces(t, len(s)) {
		for i := from; i < to; i++ {
			if s[i]-first >= 26 {
				continue
			}
			if b == nil {
				b = put(t, nil, s)
			}
			b[i] ^= 0x20
		}
	}
	if b == nil {
		return t.Return(vm.String(s))
	}
	return t.Return(vm.Bytes(b))
}

func stringReverse(t *vm.Thread) int {
	s := t.CheckString(1)
	b := reserve(t, nil, len(s))[:len(s)]
	for from, to := range pieces(t, len(s)) {
		for i := from; i < to; i++ {
			b[i] = s[len(s)-1-i]
		}
	}
	return t.Return(vm.Bytes(b))
}

func stringRep(t *vm.Thread) int {
	s, n, separator := t.CheckString(1), t.CheckInt(2), t.OptString(3, "")
	unit := len(s) + len(separator)
	if n <= 0 || unit == 0 {
		return t.Return(vm.String(""))
	}
	if unit >= vm.MaxString/n {
		t.Errorf("resulting string too large")
	}
	if n == 1 {
		return t.Return(vm.String(s))
	}
	return t.Return(vm.Bytes(repeat(t, s+separator, n*unit-len(separator))))
}

// repeat writes s over and over until there are size bytes.
func repeat(t *vm.Thread, s string, size int) []byte {
	b := append(reserve(t, nil, size), s[:min(len(s), size)]...)
	for len(b) < size {
		// Whole copies of s, but not more than one piece of work.
		piece := max(min(len(b), pollBytes)/len(s), 1) * len(s)
		b = append(b, b[:min(piece, size-len(b))]...)
		if len(b) > pollBytes {
			t.Poll()
		}
	}
	return b
}

func stringDump(t *vm.Thread) int {
	t.CheckFunction(1)
	closure := t.Arg(1).AsClosure()
	if closure == nil {
		t.Errorf("unable to dump given function")
	}
	dumped := bytecode.Dump(closure.Code().Proto(), false)
	t.Take(len(dumped))
	return t.Return(vm.Bytes(dumped))
}
