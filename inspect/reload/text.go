package reload

import (
	"bytes"

	"lunarium/runtime/bytecode"
)

// This file compares the texts of functions, apart from their places.

// fingerprint is equal for functions that differ in their place only.
func fingerprint(p *bytecode.Proto) string {
	c := placeless(p)
	names := ""
	for i, u := range p.Upvalues {
		names += u.Name + ","
		c.Upvalues[i].InStack, c.Upvalues[i].Index = false, 0
	}
	return names + string(bytecode.Dump(c, true))
}

// ownText is equal for functions that differ in their place, or in the functions
// written inside them, only.
func ownText(p *bytecode.Proto) string {
	c := *p
	c.Protos = nil
	return fingerprint(&c)
}

// sameText tells whether two chunks were compiled from the same text, whatever
// the name of their file.
func sameText(a, b *bytecode.Proto) bool {
	return bytes.Equal(bytecode.Dump(nameless(a), false), bytecode.Dump(nameless(b), false))
}

func nameless(p *bytecode.Proto) *bytecode.Proto {
	c := *p
	c.Source = ""
	c.Protos = make([]*bytecode.Proto, len(p.Protos))
	for i, nested := range p.Protos {
		c.Protos[i] = nameless(nested)
	}
	return &c
}

func placeless(p *bytecode.Proto) *bytecode.Proto {
	c := *p
	c.LineDefined, c.LastLineDefined = 0, 0
	c.Upvalues = append([]bytecode.UpvalueDesc(nil), p.Upvalues...)
	c.Protos = make([]*bytecode.Proto, len(p.Protos))
	for i, nested := range p.Protos {
		c.Protos[i] = placeless(nested)
	}
	return &c
}
