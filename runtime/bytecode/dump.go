package bytecode

import (
	"encoding/binary"
	"math"
)

// This file writes precompiled chunks.

// Dump writes a prototype as a precompiled chunk, byte for byte as luac 5.2
// does. strip leaves out names and lines.
func Dump(p *Proto, strip bool) []byte {
	d := dumper{out: []byte(header), strip: strip}
	d.function(p)
	return d.out
}

type dumper struct {
	out   []byte
	strip bool
}

func (d *dumper) byte(b byte) { d.out = append(d.out, b) }

func (d *dumper) bool(b bool) {
	if b {
		d.byte(1)
	} else {
		d.byte(0)
	}
}

func (d *dumper) int(n int) {
	d.out = binary.LittleEndian.AppendUint32(d.out, uint32(int32(n)))
}

func (d *dumper) string(s string) {
	d.out = binary.LittleEndian.AppendUint64(d.out, uint64(len(s)+1))
	d.out = append(d.out, s...)
	d.byte(0)
}

// absent writes the mark for a string that is not there.
func (d *dumper) absent() {
	d.out = binary.LittleEndian.AppendUint64(d.out, 0)
}

func (d *dumper) function(p *Proto) {
	d.int(p.LineDefined)
	d.int(p.LastLineDefined)
	d.byte(p.NumParams)
	d.bool(p.IsVararg)
	d.byte(p.MaxStack)
	d.int(len(p.Code))
	for _, i := range p.Code {
		d.out = binary.LittleEndian.AppendUint32(d.out, uint32(i))
	}
	d.int(len(p.Constants))
	for i := range p.Constants {
		d.constant(&p.Constants[i])
	}
	d.int(len(p.Protos))
	for _, child := range p.Protos {
		d.function(child)
	}
	d.int(len(p.Upvalues))
	for _, u := range p.Upvalues {
		d.bool(u.InStack)
		d.byte(u.Index)
	}
	d.debug(p)
}

func (d *dumper) constant(c *Constant) {
	switch c.Kind {
	case Nil:
		d.byte(tagNil)
	case Boolean:
		d.byte(tagBoolean)
		d.bool(c.Bool)
	case Number:
		d.byte(tagNumber)
		d.out = binary.LittleEndian.AppendUint64(d.out, math.Float64bits(c.Number))
	case String:
		d.byte(tagString)
		d.string(c.String)
	}
}

func (d *dumper) debug(p *Proto) {
	if d.strip {
		d.absent()
		d.int(0)
		d.int(0)
		d.int(0)
		return
	}
	if p.Source == noSource {
		d.absent()
	} else {
		d.string(p.Source)
	}
	d.int(len(p.LineInfo))
	for _, line := range p.LineInfo {
		d.int(int(line))
	}
	d.int(len(p.Locals))
	for _, v := range p.Locals {
		d.string(v.Name)
		d.int(v.StartPC)
		d.int(v.EndPC)
	}
	d.int(len(p.Upvalues))
	for _, u := range p.Upvalues {
		if u.Name == "" {
			d.absent()
		} else {
			d.string(u.Name)
		}
	}
}
