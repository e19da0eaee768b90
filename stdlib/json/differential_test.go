package json_test

import (
	"bytes"
	reference "encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/vm"
)

// plain makes of a decoded value what encoding/json would have made.
func plain(v vm.Value) any {
	switch v.Type() {
	case vm.TypeBoolean:
		return v.Truth()
	case vm.TypeNumber:
		f, _ := v.AsNumber()
		return f
	case vm.TypeString:
		s, _ := v.AsString()
		return s
	case vm.TypeUserdata:
		return nil
	}
	t := v.AsTable()
	if t.Metatable() != nil {
		list := []any{}
		for i := range t.Len() {
			list = append(list, plain(t.GetInt(i+1)))
		}
		return list
	}
	object := map[string]any{}
	t.Entries(func(k, v vm.Value) bool {
		name, _ := k.AsString()
		object[name] = plain(v)
		return true
	})
	return object
}

// strict are the errors of texts that encoding/json takes: it replaces what is
// no Unicode, and has other limits.
var strict = []string{"is not UTF-8", "half of a surrogate pair", "nested more than"}

func compareDecode(t *testing.T, text string) {
	w := newWorld()
	got, err := w.call(w.decode, vm.String(text))
	var want any
	wantErr := reference.Unmarshal([]byte(text), &want)
	if err != nil {
		for _, reason := range strict {
			if strings.Contains(err.Error(), reason) {
				return
			}
		}
		if wantErr == nil {
			t.Fatalf("%q: only we refuse it: %v", text, err)
		}
		return
	}
	if wantErr != nil {
		t.Fatalf("%q: only encoding/json refuses it: %v", text, wantErr)
	}
	// go-cmp takes exponential time for nested slices.
	if !reflect.DeepEqual(want, plain(got)) {
		t.Fatalf("%q: got %v, want %v", text, plain(got), want)
	}
	compareEncode(t, w, got, want)
}

// compareEncode demands encoding/json's bytes, and text that decodes to the
// same and encodes to the same again.
func compareEncode(t *testing.T, w *world, v vm.Value, same any) {
	var want bytes.Buffer
	encoder := reference.NewEncoder(&want)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(same); err != nil {
		t.Fatal(err)
	}
	text, err := w.call(w.encode, v)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := text.AsString()
	// encoding/json escapes these two, for JavaScript before 2019.
	expected := strings.NewReplacer(`\u2028`, "\u2028", `\u2029`, "\u2029").Replace(strings.TrimSuffix(want.String(), "\n"))
	if !strings.Contains(expected, `\\u202`) {
		if diff := cmp.Diff(expected, got); diff != "" {
			t.Fatal(diff)
		}
	}
	again, err := w.call(w.decode, text)
	if err != nil {
		t.Fatalf("%s: %v", got, err)
	}
	if !reflect.DeepEqual(same, plain(again)) {
		t.Fatalf("%s became %v", got, plain(again))
	}
	if text, err = w.call(w.encode, again); err != nil {
		t.Fatal(err)
	}
	if second, _ := text.AsString(); second != got {
		t.Fatalf("%s became %s", got, second)
	}
	options := w.state.NewTable(0, 1)
	options.SetString("pretty", vm.String("\t"))
	if text, err = w.call(w.encode, v, vm.TableValue(options)); err != nil {
		t.Fatal(err)
	}
	var pretty bytes.Buffer
	if err := reference.Indent(&pretty, []byte(got), "", "\t"); err != nil {
		t.Fatal(err)
	}
	indented, _ := text.AsString()
	if diff := cmp.Diff(pretty.String(), indented); diff != "" {
		t.Fatal(diff)
	}
}

var texts = []string{
	`null`, `true`, `[]`, `{}`, `[[],{}]`, `{"a":{"b":[1,2,{"c":null}]},"":0}`, `"\u00e9\ud83d\ude00\b\f\n\r\t\"\\\/"`,
	`[0,-0,1,-1,0.5,1e2,1E+2,1e-2,123456789012345678901234567890,9007199254740993,1e308,5e-324,1e-999]`, `1e999`, `-`, `01`, `1.`,
	`.5`, `+1`, `1e`, `[1,]`, `[,1]`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{"a":1 "b":2}`, `"\x"`, `"\u12g4"`, `"\ud800"`,
	"\"\xff\"", "\"\x01\"", "\x00", "[1] [2]", " \t\r\n1 ", "\v1", "nul", "truex", `{"a":1,"a":2}`, "\uFEFF1", "\"\u2028\x7f\"",
	`"` + strings.Repeat("x", 100) + `\n"`, `{"1":1,"10":2,"9":3}`, "[1\u00a0]", `"\uD834\uDD1E"`, `[1e+21,1e21,1e20,0.000001,0.0000001]`,
	strings.Repeat("[", 128) + strings.Repeat("]", 128),
}

func TestDecodeAsEncodingJSON(t *testing.T) {
	for _, text := range texts {
		compareDecode(t, text)
	}
}

func FuzzDecode(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(compareDecode)
}

// FuzzEncode gives encode strings and numbers of all kinds.
func FuzzEncode(f *testing.F) {
	f.Add("key", "value", 1.5)
	f.Add("\xff", "\u2028", math.Inf(1))
	f.Add("", "\xed\xa0\x80", 1e21)
	f.Fuzz(func(t *testing.T, key, text string, number float64) {
		w := newWorld()
		list, object := w.state.NewTable(0, 0), w.state.NewTable(0, 0)
		list.SetInt(1, vm.String(text))
		list.SetInt(2, vm.Number(number))
		object.SetString(key, vm.TableValue(list))
		_, err := w.call(w.encode, vm.TableValue(object))
		good := utf8.ValidString(key) && utf8.ValidString(text) && !math.IsNaN(number) && !math.IsInf(number, 0)
		if good != (err == nil) {
			t.Fatal(err)
		}
		if good {
			compareEncode(t, w, vm.TableValue(object), map[string]any{key: []any{text, number}})
		}
	})
}
