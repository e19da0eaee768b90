package lua

import (
	"bufio"
	"errors"
	"io"
	"math"
	"strings"
	"syscall"

	"lunarium/runtime/number"
	"lunarium/runtime/vm"
)

// This file holds what read and lines read.

// read gives what the formats ask for, or a line without its end when there
// is none, up to the first nil, which means that the stream ended. first is
// the number of the first format among the caller's arguments.
func (f *file) read(t *vm.Thread, formats []vm.Value, first int) ([]vm.Value, error) {
	if f.reader == nil {
		return nil, syscall.EBADF
	}
	if f.keeps(t) {
		return nil, errKept
	}
	if err := f.flush(); err != nil {
		return nil, err
	}
	if len(formats) == 0 {
		v, err := f.line(t, true)
		return []vm.Value{v}, endless(err)
	}
	results := make([]vm.Value, 0, len(formats))
	for i, format := range formats {
		v, err := f.item(t, format, first+i)
		if err = endless(err); err != nil {
			return nil, err
		}
		results = append(results, v)
		if v.IsNil() {
			break
		}
	}
	return results, nil
}

// endless drops the error that is the end of the stream.
func endless(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// item reads what a format, argument i, asks for. The format's star may be left
// out, as in Lua 5.3.
func (f *file) item(t *vm.Thread, v vm.Value, i int) (vm.Value, error) {
	if n, ok := v.AsNumber(); ok {
		if n <= -1 {
			t.Throw(vm.String("memory allocation error: block too big")) // C has no negative sizes
		}
		return f.bytes(t, int(n))
	}
	format, ok := v.AsString()
	if !ok {
		t.ArgError(i, "invalid option")
	}
	name := strings.TrimPrefix(format, "*")
	if name == "" {
		t.ArgError(i, "invalid format")
	}
	switch name[0] {
	case 'n':
		return f.number()
	case 'l':
		return f.line(t, true)
	case 'L':
		return f.line(t, false)
	case 'a':
		b, err := readAll(t, f.reader)
		return vm.Bytes(b), err
	}
	if name == format {
		t.ArgError(i, "invalid option")
	}
	t.ArgError(i, "invalid format")
	return vm.Nil, nil
}

// bytes reads up to n bytes: nil at the end of the stream, also for n = 0.
func (f *file) bytes(t *vm.Thread, n int) (vm.Value, error) {
	if _, err := f.reader.Peek(1); err != nil {
		return vm.Nil, err
	}
	// A size that a hostile caller names is not allocated before it is there.
	b, err := readAll(t, io.LimitReader(f.reader, int64(n)))
	return vm.Bytes(b), err
}

// readAll reads to the end of the stream, as far as the state's memory allows. It
// can be interrupted between two pieces.
func readAll(t *vm.Thread, r io.Reader) ([]byte, error) {
	var b []byte
	for {
		t.Poll()
		b = reserve(t, b, 512)
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

// readLine reads up to the end of the line, which it includes.
func readLine(t *vm.Thread, r *bufio.Reader) ([]byte, error) {
	var b []byte
	for {
		piece, err := r.ReadSlice('\n')
		b = append(reserve(t, b, len(piece)), piece...)
		if err != bufio.ErrBufferFull {
			return b, err
		}
	}
}

func (f *file) line(t *vm.Thread, chop bool) (vm.Value, error) {
	b, err := readLine(t, f.reader)
	if len(b) == 0 && err != nil {
		return vm.Nil, err
	}
	if chop && b[len(b)-1] == '\n' {
		b = b[:len(b)-1]
	}
	return vm.Bytes(b), err
}

// maxNumeral is the longest numeral that is read from a stream, in bytes.
const maxNumeral = 200

// number reads a numeral as scanf does: the longest run that can still become
// one, after white space.
func (f *file) number() (vm.Value, error) {
	for {
		c, err := f.reader.ReadByte()
		if err != nil {
			return vm.Nil, err
		}
		if strings.IndexByte(spaces, c) < 0 {
			f.reader.UnreadByte()
			break
		}
	}
	s := numeral{f: f}
	s.accept("+-", 1)
	if s.accept("iInN", 1) {
		return s.special(), nil
	}
	digits, exponent := "0123456789", "eE"
	if s.accept("0", 1) && s.accept("xX", 1) {
		digits, exponent = "0123456789abcdefABCDEF", "pP"
	}
	s.accept(digits, maxNumeral)
	if s.accept(".", 1) {
		s.accept(digits, maxNumeral)
	}
	mantissa := len(s.text)
	if s.accept(exponent, 1) {
		s.accept("+-", 1)
		if !s.accept("0123456789", maxNumeral) {
			s.text = s.text[:mantissa] // taken, and of no account
		}
	}
	if number, ok := number.Parse(string(s.text)); ok {
		return vm.Number(number), nil
	}
	return vm.Nil, nil
}

// special reads "inf", "infinity" or "nan", of which the first letter has been
// taken; a part of one is nothing.
func (s *numeral) special() vm.Value {
	sign := 1.0
	if s.text[0] == '-' {
		sign = -1
	}
	switch s.text[len(s.text)-1] | 0x20 {
	case 'i':
		if s.letters("nf") && (!s.accept("iI", 1) || s.letters("nity")) {
			return vm.Number(math.Inf(int(sign)))
		}
	default:
		if s.letters("an") {
			return vm.Number(math.Copysign(math.NaN(), sign))
		}
	}
	return vm.Nil
}

// letters takes letters of either case, and with them what stands in place of one.
func (s *numeral) letters(word string) bool {
	for _, c := range word {
		if !s.accept(string(c)+strings.ToUpper(string(c)), 1) {
			s.f.reader.ReadByte()
			return false
		}
	}
	return true
}

type numeral struct {
	f    *file
	text []byte
}

// accept takes up to n bytes of the set and tells whether there was one.
func (s *numeral) accept(set string, n int) bool {
	found := false
	for ; n > 0 && len(s.text) < maxNumeral; n-- {
		c, err := s.f.reader.ReadByte()
		if err != nil {
			return found
		}
		if strings.IndexByte(set, c) < 0 {
			s.f.reader.UnreadByte()
			return found
		}
		s.text = append(s.text, c)
		found = true
	}
	return found
}
