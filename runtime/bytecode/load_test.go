package bytecode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDumpAndLoad(t *testing.T) {
	p := loopProto()
	p.Constants[0].String = "with \x00 and \xff"
	p.Constants = append(p.Constants, Constant{Kind: String, String: ""})
	got, err := Load(Dump(p, false), "=test")
	if err != nil {
		t.Fatal(err)
	}
	p.Protos[0].Constants = []Constant{}
	if diff := cmp.Diff(p, got); diff != "" {
		t.Error(diff)
	}
}

func TestDumpStripped(t *testing.T) {
	data := Dump(loopProto(), true)
	p, err := Load(data, "=test")
	if err != nil {
		t.Fatal(err)
	}
	if p.Source != "=?" || len(p.LineInfo) != 0 || len(p.Locals) != 0 || p.Upvalues[0].Name != "" {
		t.Errorf("names are left: %+v", p)
	}
	if p.Line(0) != -1 {
		t.Errorf("line %d", p.Line(0))
	}
	again, err := Load(Dump(p, false), "=test")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, again); diff != "" {
		t.Error(diff)
	}
}

// TestLoadEmptyString reads the constant "" as go-lua writes it: with size 0.
func TestLoadEmptyString(t *testing.T) {
	p := &Proto{MaxStack: 2, Code: []Instruction{ABC(RETURN, 0, 1, 0)}, Constants: []Constant{{Kind: String}}}
	data := Dump(p, true)
	at := bytes.Index(data, []byte{tagString, 1, 0, 0, 0, 0, 0, 0, 0, 0})
	data = append(data[:at+1:at+1], append(make([]byte, 8), data[at+10:]...)...)
	got, err := Load(data, "=test")
	if err != nil || got.Constants[0] != (Constant{Kind: String}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestLoadErrors(t *testing.T) {
	good := Dump(loopProto(), false)
	change := func(at int, b byte) []byte {
		data := bytes.Clone(good)
		data[at] = b
		return data
	}
	// The length of the code, an int after the header, two lines and 3 bytes.
	code := len(header) + 2*4 + 3
	huge := bytes.Clone(good)
	binary.LittleEndian.PutUint32(huge[code:], 0x7fffffff)
	negative := bytes.Clone(good)
	binary.LittleEndian.PutUint32(negative[code:], 0x80000000)
	for _, tc := range []struct {
		name string
		data []byte
		want string
	}{
		{"@a.luac", nil, "a.luac: truncated precompiled chunk"},
		{"=x", good[:len(header)-1], "x: truncated precompiled chunk"},
		{"=x", good[:len(good)-1], "x: truncated precompiled chunk"},
		{"=x", change(1, 'X'), "x: not a precompiled chunk"},
		{"=x", change(4, 0x51), "x: version mismatch in precompiled chunk"},
		{"=x", change(7, 8), "x: incompatible precompiled chunk"},
		{"=x", change(12, 0), "x: corrupted precompiled chunk"},
		{"chunk", huge, "chunk: truncated precompiled chunk"},
		{"\x1bLua", negative, "binary string: corrupted precompiled chunk"},
		{"=x", change(code+4, 0xff), "x: corrupted precompiled chunk"},
	} {
		_, err := Load(tc.data, tc.name)
		var format *FormatError
		if !errors.As(err, &format) || err.Error() != tc.want {
			t.Errorf("got %v, want %s", err, tc.want)
		}
	}
	for n := range good {
		if _, err := Load(good[:n], "=x"); err == nil {
			t.Errorf("the first %d bytes of %d are accepted", n, len(good))
		}
	}
}

// TestLoadBoundsMemory claims long lists in short chunks.
func TestLoadBoundsMemory(t *testing.T) {
	p := &Proto{MaxStack: 2, Code: []Instruction{ABC(RETURN, 0, 1, 0)}}
	for range 4096 {
		p.Constants = append(p.Constants, Constant{})
	}
	data := Dump(p, true)
	got := testing.AllocsPerRun(1, func() {
		if _, err := Load(data, "=x"); err != nil {
			t.Error(err)
		}
	})
	if got > 64 {
		t.Errorf("%v allocations", got)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(Dump(loopProto(), false))
	f.Add(Dump(loopProto(), true))
	f.Add([]byte(header))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Load(data, "=fuzz")
		if err != nil {
			var format *FormatError
			if !errors.As(err, &format) {
				t.Fatalf("error of type %T", err)
			}
			return
		}
		if err := List(io.Discard, p); err != nil {
			t.Fatal(err)
		}
		for pc := range p.Code {
			CallName(p, pc)
			for reg := range int(p.MaxStack) {
				ObjectName(p, pc, reg)
			}
		}
		once := Dump(p, false)
		again, err := Load(once, "=fuzz")
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(once, Dump(again, false)) {
			t.Error("dumping twice differs")
		}
	})
}
