package live

import (
	"strings"

	"lunarium/inspect/plain"
	"lunarium/runtime/number"
	"lunarium/runtime/vm"
)

// This file reads the a.b[1]:c at the end of a piece of code, and follows it without
// calling anything.

// Chain is the a.b[1]:c at the end of a piece of code: what stands before the
// name that is being typed.
type Chain struct {
	root    string   // a variable; "" when there is none
	text    string   // the string that the chain begins with, if literal
	literal bool     // it begins with a string, as in ("x"):rep
	steps   []string // how to go on from the root: each is code for a key
	named   bool     // something stands before the prefix
	prefix  string   // the beginning of c
	methods bool     // a colon stands before the prefix
	open    bool     // a bracket stands before the prefix, which may have a quote
	broken  bool     // it can't be followed without calling something
	From    int      // where the prefix begins, and the bracket

	Only func(v vm.Value) bool // which values are candidates; nil: all
}

// ParseChain reads code backwards from its end.
func ParseChain(code string) Chain {
	from := nameStart(code)
	c := Chain{From: from, prefix: code[from:]}
	c.broken = c.prefix != "" && plain.IsDigit(c.prefix[0])
	if open := openKey(code); open > 0 {
		keyed := Chain{named: true, open: true, From: open, prefix: strings.TrimLeft(code[open+1:], " \t")}
		if keyed.parseParents(code[:open]); !keyed.broken {
			return keyed
		}
	}
	if from == 0 || code[from-1] != '.' && code[from-1] != ':' {
		return c
	}
	if from > 1 && code[from-2] == '.' { // a concatenation
		return c
	}
	c.named, c.methods = true, code[from-1] == ':'
	c.parseParents(code[:from-1])
	return c
}

// openKey finds the bracket of a key that code ends in the middle of: after the
// bracket, or in a string or a number. -1 when there is none.
func openKey(code string) int {
	for open := strings.LastIndexByte(code, '['); open >= 0; open = strings.LastIndexByte(code[:open], '[') {
		key := strings.TrimLeft(code[open+1:], " \t")
		switch {
		case key == "" || strings.Trim(key, "0123456789") == "":
			return open
		case (key[0] == '"' || key[0] == '\'') && strings.IndexByte(key[1:], key[0]) < 0:
			return open
		}
	}
	return -1
}

// nameStart gives where the name that code ends in begins.
func nameStart(code string) int {
	start := len(code)
	for start > 0 && (plain.IsLetter(code[start-1]) || plain.IsDigit(code[start-1]) || code[start-1] == '_') {
		start--
	}
	return start
}

// parseParents reads the expression that code ends in: a name, fields, indices.
func (c *Chain) parseParents(code string) {
	for {
		code = strings.TrimRight(code, " \t")
		switch {
		case strings.HasSuffix(code, "]"):
			open := openingBracket(code)
			if open < 0 {
				c.broken = true
				return
			}
			c.steps = append([]string{strings.TrimSpace(code[open+1 : len(code)-1])}, c.steps...)
			code = code[:open]
			continue
		case strings.HasSuffix(code, `")`) || strings.HasSuffix(code, "')"):
			code = code[:len(code)-1]
			fallthrough
		case strings.HasSuffix(code, `"`) || strings.HasSuffix(code, "'"):
			open := openingQuote(code)
			if c.literal = open >= 0; c.literal {
				c.text = code[open+1 : len(code)-1]
			}
			c.broken = !c.literal
			return
		}
		start := nameStart(code)
		name := code[start:]
		if !plain.IsName(name) {
			c.broken = true
			return
		}
		if start > 0 && code[start-1] == '.' && !strings.HasSuffix(code[:start], "..") {
			c.steps = append([]string{`"` + name + `"`}, c.steps...)
			code = code[:start-1]
			continue
		}
		c.root = name
		return
	}
}

// openingBracket finds the bracket that the last one closes; -1 when there is none.
func openingBracket(code string) int {
	depth := 0
	for i := len(code) - 1; i >= 0; i-- {
		switch code[i] {
		case ']':
			depth++
		case '[':
			if depth--; depth == 0 {
				return i
			}
		case '"', '\'':
			if i = openingQuote(code[:i+1]); i < 0 {
				return -1
			}
		}
	}
	return -1
}

// openingQuote finds the quote that the last one closes; -1 when there is none.
func openingQuote(code string) int {
	quote := code[len(code)-1]
	for i := len(code) - 2; i >= 0; i-- {
		if code[i] == quote && (i == 0 || code[i-1] != '\\') {
			return i
		}
	}
	return -1
}

// lookup gives the value of a variable.
type lookup func(name string) (v vm.Value, ok bool)

// value follows the chain up to the prefix.
func (c *Chain) value(variable lookup, st *vm.State) (vm.Value, bool) {
	v, ok := variable(c.root)
	if c.literal {
		v, ok = vm.String(c.text), true
	}
	for _, step := range c.steps {
		if !ok {
			return vm.Nil, false
		}
		key, known := keyValue(step, variable, st)
		if !known {
			return vm.Nil, false
		}
		v, ok = fieldOf(v, key, st)
	}
	return v, ok
}

// keyValue gives the value of an index: a literal, or a variable and its fields.
func keyValue(code string, variable lookup, st *vm.State) (vm.Value, bool) {
	switch {
	case code == "true" || code == "false":
		return vm.Bool(code == "true"), true
	case code == "":
		return vm.Nil, false
	case code[0] == '"' || code[0] == '\'':
		if len(code) < 2 || openingQuote(code) != 0 {
			return vm.Nil, false
		}
		return vm.String(code[1 : len(code)-1]), true
	}
	if f, ok := number.Parse(code); ok {
		return vm.Number(f), true
	}
	c := Chain{}
	if c.parseParents(code); c.broken || c.literal {
		return vm.Nil, false
	}
	return c.value(variable, st)
}

// fieldOf gives a field of a value, or of the tables that it inherits from.
func fieldOf(v, key vm.Value, st *vm.State) (vm.Value, bool) {
	for range maxInheritance {
		if v.IsTable() {
			if field := v.AsTable().Get(key); !field.IsNil() {
				return field, true
			}
		}
		meta := st.Metatable(v)
		if meta == nil {
			return vm.Nil, false
		}
		v = meta.GetString("__index")
	}
	return vm.Nil, false
}

// maxInheritance bounds a chain of __index tables, which may be a circle.
const maxInheritance = 20
