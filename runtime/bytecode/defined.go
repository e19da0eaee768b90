package bytecode

// This file finds the name that a function is given where it is written.

// DefinedName finds out how the source names function number child of p where it
// is written: "join" for a local or global variable, "handlers.join" for a field; "" when
// it goes elsewhere.
func DefinedName(p *Proto, child int) string {
	for pc, i := range p.Code {
		if i.Op() == CLOSURE && i.Bx() == child {
			return destination(p, pc+1, i.A())
		}
	}
	return ""
}

// destination names what the instruction at pc, which follows a CLOSURE into reg,
// does with the function, if it does not stay there in a local variable.
func destination(p *Proto, pc, reg int) string {
	if pc >= len(p.Code) {
		return ""
	}
	if name := LocalName(p, reg, pc); name != "" {
		return name
	}
	i := p.Code[pc]
	switch {
	case i.Op() == SETTABLE && i.C() == reg:
		key := keyName(p, pc, i.B())
		if key == "?" {
			return ""
		}
		if _, table := ObjectName(p, pc, i.A()); table != "" {
			return table + "." + key
		}
		return key
	case i.Op() == SETTABUP && i.C() == reg:
		key := keyName(p, pc, i.B())
		if table := UpvalueName(p, i.A()); table != "_ENV" {
			return table + "." + key
		}
		return key
	case i.Op() == SETUPVAL && i.A() == reg:
		return UpvalueName(p, i.B())
	case i.Op() == MOVE && i.B() == reg:
		return LocalName(p, i.A(), pc+1)
	}
	return ""
}
