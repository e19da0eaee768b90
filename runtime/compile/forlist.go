package compile

// maxForValues is how many expressions after "in" go-lua can compile.
const maxForValues = 3

// The tokens that trimForList puts around a list of expressions: a function
// that passes on the three values which a for loop uses.
var (
	trimBefore = symbolTokens("(", "function", "(", "f", ",", "s", ",", "c", ")",
		"return", "f", ",", "s", ",", "c", "end", ")", "(")
	trimAfter = symbolTokens(")")
)

func symbolTokens(texts ...string) []token {
	list := make([]token, len(texts))
	for i, text := range texts {
		list[i] = token{kind: tokenSymbol, text: text}
	}
	return list
}

// trimForList rewrites "in e1, e2, e3, e4 do", which makes go-lua's code
// generator fail, to "in (function(f,s,c) return f,s,c end)(e1, e2, e3, e4)
// do". It is called when "in" has been read and leaves the tokens that follow,
// as far as it had to look, in the queue.
func (f *feed) trimForList() {
	list, failure := f.queue, f.queueFailure
	depth, commas := 0, 0
	for i := 0; ; i++ {
		if i == len(list) {
			if failure != nil {
				break
			}
			var t token
			if t, failure = f.source.next(); failure != nil {
				break
			}
			list = append(list, t)
		}
		t := list[i]
		if t.kind == tokenEnd || depth < 0 {
			break
		}
		if depth == 0 && t.is("do") {
			if commas >= maxForValues {
				list = splice(list, i, f.last.line)
			}
			break
		}
		depth += t.nesting()
		if depth == 0 && t.is(",") {
			commas++
		}
	}
	f.queue, f.queueFailure = list, failure
}

// splice puts the call around the first n tokens, which begin on line.
func splice(list []token, n, line int) []token {
	out := make([]token, 0, len(list)+len(trimBefore)+len(trimAfter))
	out = appendAt(out, trimBefore, line)
	out = append(out, list[:n]...)
	out = appendAt(out, trimAfter, list[n-1].line)
	return append(out, list[n:]...)
}

func appendAt(out, tokens []token, line int) []token {
	for _, t := range tokens {
		t.line = line
		out = append(out, t)
	}
	return out
}

func (t token) is(symbol string) bool { return t.kind == tokenSymbol && t.text == symbol }

// nesting is +1 for a token that opens a bracket or a block, -1 for one that
// closes it.
func (t token) nesting() int {
	if t.kind != tokenSymbol {
		return 0
	}
	switch t.text {
	case "(", "[", "{", "function", "do", "if", "repeat":
		return 1
	case ")", "]", "}", "end", "until":
		return -1
	}
	return 0
}
