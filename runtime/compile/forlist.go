package compile

// This file shortens lists of expressions in for loops that go-lua can't compile.

// maxForValues is how many expressions after "in" go-lua can compile.
const maxForValues = 3

// The tokens that trim puts around a list of expressions: a function
// that passes on the three values which a for loop uses.
var (
	trimBefore = symbolTokens("(", "function", "(", "f", ",", "s", ",", "c", ")",
		"return", "f", ",", "s", ",", "c", "end", ")", "(")
	trimAfter = symbolTokens(")")
)

// forLists gives the tokens of a source, those of a long list in a for loop
// rewritten.
type forLists struct {
	source folder
	// ahead holds tokens that were read ahead, and failure what comes after them.
	ahead   []token
	failure *lexError
}

// next returns the next token, from those read ahead if there are any.
func (l *forLists) next() (token, *lexError) {
	if len(l.ahead) > 0 {
		t := l.ahead[0]
		l.ahead = l.ahead[1:]
		return t, nil
	}
	if l.failure != nil {
		return token{}, l.failure
	}
	return l.source.next()
}

// trim rewrites "in e1, e2, e3, e4 do", which makes go-lua's code generator fail, to
// "in (function(f,s,c) return f,s,c end)(e1, e2, e3, e4) do". It is called when "in"
// has been read, on a line, and leaves the tokens that follow, as far as it had to
// look, ahead.
func (l *forLists) trim(line int) {
	list, failure := l.ahead, l.failure
	depth, commas := 0, 0
	for i := 0; ; i++ {
		if i == len(list) {
			if failure != nil {
				break
			}
			var t token
			if t, failure = l.source.next(); failure != nil {
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
				list = splice(list, i, line)
			}
			break
		}
		depth += t.nesting()
		if depth == 0 && t.is(",") {
			commas++
		}
	}
	l.ahead, l.failure = list, failure
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

func symbolTokens(texts ...string) []token {
	list := make([]token, len(texts))
	for i, text := range texts {
		list[i] = token{kind: tokenSymbol, text: text}
	}
	return list
}
