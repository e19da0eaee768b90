package compile

// This file finds where functions stand in a text.

// FunctionText is where a function stands in a text, in bytes.
type FunctionText struct {
	Params int  // its parameter list: the opening bracket
	End    int  // behind its end
	Method bool // it is written with a colon, and has self
}

// Functions finds the functions of a text that compiles: in the order in which they begin, so
// that a function comes before those that are written in it, as in a walk through a
// prototype's Protos. Of another text it finds what can be found.
func Functions(text string) []FunctionText {
	s := functionScan{lexer: lexer{src: text, line: 1}}
	if len(text) > 0 && text[0] == '#' { // a first line that Lua skips
		for s.lexer.pos < len(text) && !isNewline(text[s.lexer.pos]) {
			s.lexer.pos++
		}
	}
	for {
		t, err := s.lexer.next()
		if err != nil || t.kind == tokenEnd {
			return s.list
		}
		if t.kind == tokenSymbol {
			s.symbol(t.text)
		}
	}
}

// functionScan goes through the tokens of a text.
type functionScan struct {
	lexer  lexer
	list   []FunctionText
	blocks []int // what an end closes: a function's place in list, or -1
	header bool  // between a function's word and its parameters
}

func (s *functionScan) symbol(text string) {
	switch text {
	case "function":
		s.blocks = append(s.blocks, len(s.list))
		s.list = append(s.list, FunctionText{})
		s.header = true
	case "do", "if":
		s.blocks = append(s.blocks, -1)
	case ":":
		if s.header {
			s.list[len(s.list)-1].Method = true
		}
	case "(":
		if s.header {
			s.list[len(s.list)-1].Params = s.lexer.pos - 1
			s.header = false
		}
	case "end":
		if n := len(s.blocks); n > 0 {
			if i := s.blocks[n-1]; i >= 0 {
				s.list[i].End = s.lexer.pos
			}
			s.blocks = s.blocks[:n-1]
		}
	}
}
