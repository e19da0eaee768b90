package compile

// This file bounds the time that a source may cost.

// maxEffort bounds the time that one source may cost. go-lua's code generator
// checks a whole list of pending jumps at every step along that list, so n
// jumps to one place cost n^3; the bound allows about 1,470 of them.
const maxEffort = 1 << 30

// effort estimates, token by token, what the pending jumps of a source cost:
// those of and/or in an expression, of elseif in an if, of break in a loop and
// of goto to a label.
type effort struct {
	spent    int
	blocks   []block
	previous string
	// loopHead: a while or for was read, and its "do" is to come.
	loopHead bool
}

// block is an open bracket, function, loop or other block, with the number of
// jumps that wait for its end, or gotos for a label by its name.
type block struct {
	loop, function             bool
	ands, ors, elseifs, breaks int
	gotos                      map[string]int
}

// newEffort starts with the main function, which is never closed.
func newEffort() effort {
	return effort{blocks: []block{{function: true}}}
}

// add accounts for a token and reports whether the source is still affordable.
func (e *effort) add(t token) bool {
	switch {
	case t.kind == tokenName:
		e.name(t.text)
	case t.kind == tokenSymbol:
		e.symbol(t)
	}
	e.previous = t.text
	return e.spent <= maxEffort
}

func (e *effort) name(name string) {
	switch e.previous {
	case "goto":
		b := e.enclosing(func(b *block) bool { return b.function })
		if b.gotos == nil {
			b.gotos = map[string]int{}
		}
		n := b.gotos[name]
		e.jump(&n)
		b.gotos[name] = n
	case "::":
		delete(e.enclosing(func(b *block) bool { return b.function }).gotos, name)
	}
}

func (e *effort) symbol(t token) {
	top := &e.blocks[len(e.blocks)-1]
	switch t.text {
	case "and":
		e.jump(&top.ands)
		return
	case "or":
		// The jumps of the operands of "and" before it land here.
		e.jump(&top.ors)
		top.ands = 0
		return
	case "elseif":
		e.jump(&top.elseifs)
	case "break":
		e.jump(&e.enclosing(func(b *block) bool { return b.loop || b.function }).breaks)
	case "while", "for":
		e.loopHead = true
	}
	switch n := t.nesting(); {
	case n > 0:
		loop := t.text == "repeat" || t.text == "do" && e.loopHead
		if t.text == "do" {
			e.loopHead = false
		}
		e.blocks = append(e.blocks, block{loop: loop, function: t.text == "function"})
	case n < 0 && len(e.blocks) > 1:
		e.blocks = e.blocks[:len(e.blocks)-1]
	case endsExpression[t.text]:
		top.ands, top.ors = 0, 0
	}
}

// jump adds one jump to a list.
func (e *effort) jump(list *int) {
	*list++
	e.spent += *list * *list
}

// enclosing returns the innermost block that is wanted; the main function is
// always one.
func (e *effort) enclosing(wanted func(*block) bool) *block {
	for i := len(e.blocks) - 1; i > 0; i-- {
		if wanted(&e.blocks[i]) {
			return &e.blocks[i]
		}
	}
	return &e.blocks[0]
}

// endsExpression holds the tokens that no expression goes on after, apart from
// those that open or close a block.
var endsExpression = map[string]bool{
	",": true, ";": true, "=": true, "then": true, "return": true, "local": true,
	"while": true, "for": true, "in": true, "goto": true, "break": true,
	"else": true, "elseif": true, "::": true,
}
