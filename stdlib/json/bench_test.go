package json_test

import (
	reference "encoding/json"
	"fmt"
	"strings"
	"testing"

	"lunarium/runtime/vm"
)

// players is a list as services exchange it, about 120 kB.
func players() string {
	var list []string
	for i := range 1000 {
		list = append(list, fmt.Sprintf(`{"alive":true,"id":%d,"name":"player %d","pos":{"x":%d.5,"y":2.25,"z":-3},"tags":["a","b","ü"]}`, i, i, i))
	}
	return "[" + strings.Join(list, ",") + "]"
}

func BenchmarkDecode(b *testing.B) {
	text := players()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	w := newWorld()
	for b.Loop() {
		if _, err := w.call(w.decode, vm.String(text)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecodeReference is what encoding/json takes, without making Lua
// values of what it gives.
func BenchmarkDecodeReference(b *testing.B) {
	text := []byte(players())
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := reference.Unmarshal(text, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	text := players()
	w := newWorld()
	v, err := w.call(w.decode, vm.String(text))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.call(w.encode, v); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEncodeReference is what encoding/json takes for the same data.
func BenchmarkEncodeReference(b *testing.B) {
	text := []byte(players())
	var v any
	if err := reference.Unmarshal(text, &v); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := reference.Marshal(v); err != nil {
			b.Fatal(err)
		}
	}
}
