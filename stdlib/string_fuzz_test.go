package stdlib

import (
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
		if s.Resume(task) != vm.StatusOK {
			return nil, false
		}
		return task.Results(), true
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
