package bytecode

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// This file lists prototypes as luac does.

// List writes p and its nested functions as "luac -l -l" does, but for
// addresses, which it numbers: the main function is 0, the others follow in
// the order of their listing.
func List(w io.Writer, p *Proto) error {
	l := lister{w: bufio.NewWriter(w), numbers: map[*Proto]int{}}
	l.number(p)
	l.function(p)
	return l.w.Flush()
}

type lister struct {
	w       *bufio.Writer
	numbers map[*Proto]int
}

func (l *lister) number(p *Proto) {
	l.numbers[p] = len(l.numbers)
	for _, child := range p.Protos {
		l.number(child)
	}
}

func (l *lister) printf(format string, args ...any) {
	// A failed write is kept by the writer and reported by Flush.
	_, _ = fmt.Fprintf(l.w, format, args...)
}

func (l *lister) function(p *Proto) {
	l.header(p)
	for pc, i := range p.Code {
		l.instruction(p, pc, i)
	}
	l.constants(p)
	l.locals(p)
	l.upvalues(p)
	for _, child := range p.Protos {
		l.function(child)
	}
}

func (l *lister) header(p *Proto) {
	what := "function"
	if p.LineDefined == 0 {
		what = "main"
	}
	plus := ""
	if p.IsVararg {
		plus = "+"
	}
	l.printf("\n%s <%s:%d,%d> (%s at %d)\n", what, sourceName(p.Source),
		p.LineDefined, p.LastLineDefined, count(len(p.Code), "instruction"), l.numbers[p])
	l.printf("%d%s %s, %s, %s, ", p.NumParams, plus, plural(int(p.NumParams), "param"),
		count(int(p.MaxStack), "slot"), count(len(p.Upvalues), "upvalue"))
	l.printf("%s, %s, %s\n", count(len(p.Locals), "local"),
		count(len(p.Constants), "constant"), count(len(p.Protos), "function"))
}

func sourceName(source string) string {
	switch {
	case strings.HasPrefix(source, "@"), strings.HasPrefix(source, "="):
		return source[1:]
	case strings.HasPrefix(source, Signature[:1]):
		return "(bstring)"
	}
	return "(string)"
}

func count(n int, noun string) string { return strconv.Itoa(n) + " " + plural(n, noun) }

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

func (l *lister) instruction(p *Proto, pc int, i Instruction) {
	l.printf("\t%d\t", pc+1)
	if line := p.Line(pc); line > 0 {
		l.printf("[%d]\t", line)
	} else {
		l.printf("[-]\t")
	}
	if int(i.Op()) >= OpcodeCount {
		l.printf("?%08x\n", uint32(i))
		return
	}
	l.printf("%-9s\t%s", i.Op(), operandText(i))
	if note := comment(p, pc, i); note != "" {
		l.printf("\t; %s", note)
	}
	l.printf("\n")
}

func operandText(i Instruction) string {
	info := i.Op().Info()
	switch info.Format {
	case FormatABC:
		text := strconv.Itoa(i.A())
		for _, o := range [...]struct {
			kind Operand
			n    int
		}{{info.B, i.B()}, {info.C, i.C()}} {
			if o.kind != Unused {
				text += " " + strconv.Itoa(shown(o.kind, o.n))
			}
		}
		return text
	case FormatABx:
		if info.B == Unused {
			return strconv.Itoa(i.A())
		}
		return fmt.Sprintf("%d %d", i.A(), shown(info.B, i.Bx()))
	case FormatAsBx:
		return fmt.Sprintf("%d %d", i.A(), i.SBx())
	}
	return strconv.Itoa(-1 - i.Ax())
}

// shown turns constant indexes into the negative numbers that luac prints.
func shown(kind Operand, n int) int {
	switch {
	case kind == Const:
		return -1 - n
	case kind == RK && IsConstant(n):
		return -1 - ConstantIndex(n)
	}
	return n
}

// comment explains the operands of an instruction, as luac does.
func comment(p *Proto, pc int, i Instruction) string {
	switch i.Op() {
	case LOADK:
		return constantText(p, i.Bx())
	case GETUPVAL, SETUPVAL:
		return upvalueText(p, i.B())
	case GETTABUP:
		return upvalueText(p, i.B()) + constantPart(" ", p, i.C())
	case SETTABUP:
		return upvalueText(p, i.A()) + constantPart(" ", p, i.B()) + constantPart(" ", p, i.C())
	case GETTABLE, SELF:
		return constantPart("", p, i.C())
	case SETTABLE, ADD, SUB, MUL, DIV, POW, EQ, LT, LE:
		if !IsConstant(i.B()) && !IsConstant(i.C()) {
			return ""
		}
		return rkText(p, i.B()) + " " + rkText(p, i.C())
	case JMP, FORLOOP, FORPREP, TFORLOOP:
		return "to " + strconv.Itoa(i.SBx()+pc+2)
	case CLOSURE:
		return "function " + strconv.Itoa(i.Bx())
	case SETLIST:
		if i.C() == 0 && pc+1 < len(p.Code) {
			return strconv.Itoa(p.Code[pc+1].Ax())
		}
		return strconv.Itoa(i.C())
	case EXTRAARG:
		if pc > 0 && p.Code[pc-1].Op() == LOADKX {
			return constantText(p, i.Ax())
		}
	}
	return ""
}

func constantPart(lead string, p *Proto, rk int) string {
	if !IsConstant(rk) {
		return ""
	}
	return lead + constantText(p, ConstantIndex(rk))
}

func rkText(p *Proto, rk int) string {
	if !IsConstant(rk) {
		return "-"
	}
	return constantText(p, ConstantIndex(rk))
}

func upvalueText(p *Proto, index int) string {
	if index < len(p.Upvalues) && p.Upvalues[index].Name != "" {
		return p.Upvalues[index].Name
	}
	return "-"
}

func constantText(p *Proto, index int) string {
	if index >= len(p.Constants) {
		return "?"
	}
	switch c := p.Constants[index]; c.Kind {
	case Boolean:
		return strconv.FormatBool(c.Bool)
	case Number:
		return numberText(c.Number)
	case String:
		return quote(c.String)
	}
	return "nil"
}

func (l *lister) constants(p *Proto) {
	l.printf("constants (%d) for %d:\n", len(p.Constants), l.numbers[p])
	for i := range p.Constants {
		l.printf("\t%d\t%s\n", i+1, constantText(p, i))
	}
}

func (l *lister) locals(p *Proto) {
	l.printf("locals (%d) for %d:\n", len(p.Locals), l.numbers[p])
	for i, v := range p.Locals {
		l.printf("\t%d\t%s\t%d\t%d\n", i, v.Name, v.StartPC+1, v.EndPC+1)
	}
}

func (l *lister) upvalues(p *Proto) {
	l.printf("upvalues (%d) for %d:\n", len(p.Upvalues), l.numbers[p])
	for i, u := range p.Upvalues {
		inStack := 0
		if u.InStack {
			inStack = 1
		}
		l.printf("\t%d\t%s\t%d\t%d\n", i, upvalueText(p, i), inStack, u.Index)
	}
}
