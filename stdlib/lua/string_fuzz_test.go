package lua

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"lunarium/runtime/vm"
)

// stringLibrary gives a function that calls the library's functions by name; ok
// is false when the call raised an error.
func stringLibrary() func(name string, args ...vm.Value) (results []vm.Value, ok bool) {
	s := vm.NewState(vm.Config{Seed: 1})
	library := s.Instance(stringTemplate)
	return func(name string, args ...vm.Value) ([]vm.Value, bool) {
		task := s.NewTask(library.GetString(name), args...)
		if task.AsTask().Resume() != vm.StatusOK {
			return nil, false
		}
		return task.AsTask().Results(), true
	}
}

func FuzzUnpack(f *testing.F) {
	for _, format := range []string{"b", ">I3 <i4 !8 d", "s1z", "!4bXi4c3", "j J T", "i16", "!3i3", "c99", "x Xz"} {
		f.Add(format, "\x01\x02abc\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x00\x00\x00\x00", 1)
	}
	call := stringLibrary()
	f.Fuzz(func(t *testing.T, format, data string, position int) {
		values, ok := call("unpack", vm.String(format), vm.String(data), vm.Int(position))
		if !ok {
			return
		}
		values = values[:len(values)-1]
		packed, ok := call("pack", append([]vm.Value{vm.String(format)}, values...)...)
		if !ok {
			return // an integer that rounding has put out of range
		}
		again, ok := call("unpack", vm.String(format), packed[0])
		if !ok || len(again) != len(values)+1 {
			t.Fatalf("unpack(%q, %q, %d) packs into what unpacks as %v", format, data, position, again)
		}
		for i, v := range values {
			if n, isNumber := v.AsNumber(); isNumber && n != n {
				continue
			}
			if !vm.Same(v, again[i]) {
				t.Fatalf("unpack(%q, %q, %d): value %d changes on its way", format, data, position, i+1)
			}
		}
	})
}

func FuzzFormat(f *testing.F) {
	for _, format := range []string{"%d %s", "%-+ #099.99f|%a", "%q%%", "%", "%5.2s|%c", "%#x%o%i", "%.20g %E"} {
		f.Add(format, "text\x00", 1.5)
	}
	call := stringLibrary()
	f.Fuzz(func(t *testing.T, format, text string, n float64) {
		call("format", vm.String(format), vm.Number(n), vm.Number(n), vm.String(text))
		call("format", vm.String(format), vm.String(text), vm.Number(n), vm.String(text))
	})
}

// FuzzFormatNumber compares the conversions of numbers with package fmt, which
// does them as C where there is no "#" and no infinity.
func FuzzFormatNumber(f *testing.F) {
	const verbs, flags = "dixXoueEfgG", "-+ 0"
	f.Add(uint8(0), uint8(0), uint8(0), uint8(0), 0.0)
	f.Add(uint8(8), uint8(9), uint8(30), uint8(21), 0.1)
	f.Add(uint8(10), uint8(4), uint8(15), uint8(1), 1e300)
	f.Add(uint8(3), uint8(8), uint8(12), uint8(5), -255.0)
	call := stringLibrary()
	f.Fuzz(func(t *testing.T, verb, flagged, width, precision uint8, n float64) {
		if math.IsInf(n, 0) || n != n || precision%101 == 0 && math.Trunc(n) == 0 {
			return // fmt drops the sign of an integer 0 without digits
		}
		directive := "%"
		for i, flag := range flags {
			if flagged>>i&1 != 0 {
				directive += string(flag)
			}
		}
		if width %= 100; width > 0 {
			directive += strconv.Itoa(int(width))
		}
		c := verbs[int(verb)%len(verbs)]
		if precision %= 101; precision < 100 {
			directive += "." + strconv.Itoa(int(precision))
		} else if c > 'a' && c <= 'g' && c != 'd' || c == 'E' || c == 'G' {
			directive += ".6" // which C takes, and fmt not always
		}
		got, ok := call("format", vm.String(directive+string(c)), vm.Number(n))
		var want string
		switch c {
		case 'd', 'i':
			n = math.Trunc(n)
			if fits := n >= -0x1p63 && n < 0x1p63; fits != ok {
				t.Fatalf("%s%c of %v: %v, %v", directive, c, n, got, ok)
			}
			want = fmt.Sprintf(directive+"d", int64(n))
		case 'x', 'X', 'o', 'u':
			if !ok || n != math.Trunc(n) {
				return
			}
			directive = strings.NewReplacer("+", "", " ", "").Replace(directive) // not for unsigned numbers
			if c == 'u' {
				c = 'd'
			}
			want = fmt.Sprintf(directive+string(c), uint64(n))
		default:
			want = fmt.Sprintf(directive+string(c), n)
		}
		if !ok {
			return
		}
		if text, _ := got[0].AsString(); text != want {
			t.Fatalf("%s%c of %v: %q, by fmt %q", directive, c, n, text, want)
		}
	})
}

func FuzzGsub(f *testing.F) {
	f.Add("hello world", "(%w+)", "<%1>", 3)
	f.Add("", "", "%0", -1)
	f.Add("a(b)c", "%b()()", "%2", 9)
	call := stringLibrary()
	f.Fuzz(func(t *testing.T, subject, pattern, replacement string, limit int) {
		if len(subject)+len(pattern) > 60 {
			return // hopeless patterns take for ever, as they may
		}
		call("gsub", vm.String(subject), vm.String(pattern), vm.String(replacement), vm.Int(limit))
	})
}
