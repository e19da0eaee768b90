package reload

import (
	"fmt"

	"lunarium/inspect/live"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file finds out which function of a file's new text is which one of its old
// text: by name and by what it does, and where neither tells, by its place.

// counterparts are the functions of new code by those of the old code that they
// stand for.
type counterparts map[*vm.Code]*vm.Code

// match pairs the functions of two chunks.
func (m counterparts) match(before, after *vm.Code) {
	if before == after {
		m.same(before)
		return
	}
	var lostBefore, lostAfter []*vm.Code
	m.tree(before, after, &lostBefore, &lostAfter)
	// What was moved out of one function and into another keeps its name.
	olds, news := byUniqueName(lostBefore), byUniqueName(lostAfter)
	for name, c := range olds {
		if other := news[name]; other != nil {
			m.tree(c, other, &lostBefore, &lostAfter)
		}
	}
}

func (m counterparts) same(c *vm.Code) {
	m[c] = c
	for _, nested := range c.Protos() {
		m.same(nested)
	}
}

func (m counterparts) inverse() counterparts {
	other := counterparts{}
	for before, after := range m {
		other[after] = before
	}
	return other
}

// tree pairs two functions and those written in them; what finds none is added to
// the lost ones.
func (m counterparts) tree(before, after *vm.Code, lostBefore, lostAfter *[]*vm.Code) {
	m[before] = after
	olds, news := children(before), children(after)
	pairs := make([]int, len(olds)) // index in news, plus 1
	taken := make([]bool, len(news))
	pair := func(i, j int) { pairs[i], taken[j] = j+1, true }
	common(olds, news, pair)
	uniqueNames(olds, news, pairs, taken, pair)
	inOrder(olds, news, pairs, taken, pair, func(c child) string { return c.name + "\x00" + c.own })
	inOrder(olds, news, pairs, taken, pair, func(c child) string { return c.name })
	for i, c := range olds {
		if pairs[i] == 0 {
			*lostBefore = append(*lostBefore, c.code)
			continue
		}
		m.tree(c.code, news[pairs[i]-1].code, lostBefore, lostAfter)
	}
	for j, c := range news {
		if !taken[j] {
			*lostAfter = append(*lostAfter, c.code)
		}
	}
}

type child struct {
	code         *vm.Code
	name         string
	whole, own   string // fingerprints: with the functions in it, and without
	wholeAndName string
}

func children(c *vm.Code) []child {
	list := make([]child, len(c.Protos()))
	for i, nested := range c.Protos() {
		list[i] = child{code: nested, name: nested.DefinedName(), whole: fingerprint(nested.Proto()), own: ownText(nested.Proto())}
		list[i].wholeAndName = list[i].name + "\x00" + list[i].whole
	}
	return list
}

// common pairs the longest run of functions, in order, that did not change at all.
func common(olds, news []child, pair func(i, j int)) {
	longest := make([][]int, len(olds)+1)
	for i := range longest {
		longest[i] = make([]int, len(news)+1)
	}
	for i := len(olds) - 1; i >= 0; i-- {
		for j := len(news) - 1; j >= 0; j-- {
			if olds[i].wholeAndName == news[j].wholeAndName {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(olds) && j < len(news); {
		switch {
		case olds[i].wholeAndName == news[j].wholeAndName:
			pair(i, j)
			i, j = i+1, j+1
		case longest[i+1][j] >= longest[i][j+1]:
			i++
		default:
			j++
		}
	}
}

// uniqueNames pairs functions whose name only one on each side has.
func uniqueNames(olds, news []child, pairs []int, taken []bool, pair func(i, j int)) {
	left, right := map[string][]int{}, map[string][]int{}
	for i, c := range olds {
		if pairs[i] == 0 && c.name != "" {
			left[c.name] = append(left[c.name], i)
		}
	}
	for j, c := range news {
		if !taken[j] && c.name != "" {
			right[c.name] = append(right[c.name], j)
		}
	}
	for name, list := range left {
		if len(list) == 1 && len(right[name]) == 1 {
			pair(list[0], right[name][0])
		}
	}
}

// inOrder pairs, between two functions that are paired already, those that are left
// over, when there are as many of a kind on both sides.
func inOrder(olds, news []child, pairs []int, taken []bool, pair func(i, j int), kind func(child) string) {
	for i := 0; i < len(olds); {
		if pairs[i] != 0 {
			i++
			continue
		}
		end, first, last := i, 0, len(news)
		for end < len(olds) && pairs[end] == 0 {
			end++
		}
		if i > 0 {
			first = pairs[i-1]
		}
		if end < len(olds) {
			last = pairs[end] - 1
		}
		left, right := map[string][]int{}, map[string][]int{}
		for k := i; k < end; k++ {
			left[kind(olds[k])] = append(left[kind(olds[k])], k)
		}
		for j := first; j < last; j++ {
			if !taken[j] {
				right[kind(news[j])] = append(right[kind(news[j])], j)
			}
		}
		for name, list := range left {
			if len(list) == len(right[name]) {
				for n, k := range list {
					pair(k, right[name][n])
				}
			}
		}
		i = end
	}
}

func byUniqueName(list []*vm.Code) map[string]*vm.Code {
	found := map[string]*vm.Code{}
	for _, c := range list {
		name := c.DefinedName()
		if _, twice := found[name]; twice {
			found[name] = nil
		} else if name != "" {
			found[name] = c
		}
	}
	return found
}

// changedIn tells whether a function does something else in the new code.
func (m counterparts) changedIn(c *vm.Code) bool {
	after := m[c]
	return after == nil || after != c && fingerprint(c.Proto()) != fingerprint(after.Proto())
}

// replaces tells whether a function is of the old code and does something else in the new
// one.
func (m counterparts) replaces(c *vm.Code) bool {
	_, known := m[live.MainChunk(c)]
	return known && m.changedIn(c)
}

// matchingUpvalue finds the upvalue of a function that is the same variable as
// upvalue i of its counterpart; -1: none.
func (m counterparts) matchingUpvalue(c *vm.Closure, other *vm.Code, i int) int {
	name, key := other.Proto().Upvalues[i].Name, fileKey(other, i)
	for j := range c.Upvalues() {
		own := fileKey(c.Code(), j)
		if own != key {
			continue
		}
		if key != "" {
			return j
		}
		if c.UpvalueName(j) == name {
			return j
		}
	}
	return -1
}

// knows tells whether a function is of the old code.
func (m counterparts) knows(fn vm.Value) bool {
	c := fn.AsClosure()
	if c == nil {
		return false
	}
	_, known := m[live.MainChunk(c.Code())]
	return known
}

// gives tells whether a function of the new code has a counterpart.
func (m counterparts) gives(c *vm.Code) bool {
	for _, after := range m {
		if after == c {
			return true
		}
	}
	return false
}

// unnamed adds the functions in a function that have changed and that no name leads to,
// by their places in the new text.
func (m counterparts) unnamed(s service.Reloading, c *vm.Code, named map[string]bool, list *[]string) {
	for _, nested := range c.Protos() {
		after := m[nested]
		if named[fingerprint(nested.Proto())] {
			if after != nil && nested.DefinedName() == "" {
				m.unnamed(s, nested, named, list)
			}
			continue
		}
		if after != nil && ownText(nested.Proto()) != ownText(after.Proto()) {
			*list = append(*list, placeOf(s, after))
			continue
		}
		m.unnamed(s, nested, named, list)
	}
}

// placeOf names a function by its place in a text.
func placeOf(s service.Reloading, c *vm.Code) string {
	name := c.DefinedName()
	if name == "" {
		name = "the function"
	}
	return fmt.Sprintf("%s at %s:%d", name, fileName(s, c.Proto().Source), c.Proto().LineDefined)
}
