package reload

import (
	"fmt"
	"regexp"
	"strings"

	"lunarium/runtime/vm"
)

// This file compares what places hold: the running service with its old text, and the
// old text with the new one.

// comparison compares values of two worlds.
type comparison struct {
	known func(a, b vm.Value) (same, known bool) // of objects that stand for something already
	code  func(a, b *vm.Closure) bool
	under map[[2]vm.Identity]bool // pairs of tables that are being compared
}

var address = regexp.MustCompile(`0x[0-9a-f]{8,}`)

// sameKind tells whether two values are a library's userdata of one kind.
func sameKind(a, b vm.Value) bool {
	x, y := a.AsUserdata(), b.AsUserdata()
	return x != nil && y != nil && (x.Metatable != nil || y.Metatable != nil) && fmt.Sprintf("%T", x.Data) == fmt.Sprintf("%T", y.Data)
}

// unchanged tells whether a place holds what the old code began with.
func (m *merger) unchanged(now, was vm.Value) bool {
	c := comparison{
		known: func(a, b vm.Value) (same, known bool) {
			stands, known := m.began[b.Identity()]
			return vm.Same(stands, a), known || m.stood.Has(a)
		},
		code: func(a, b *vm.Closure) bool { return a.Code() == b.Code() }, under: map[[2]vm.Identity]bool{},
	}
	return c.alike(now, was)
}

// sameText tells whether old and new code begin with the same in a place, apart from
// what functions do.
func (m *merger) sameText(was, fresh vm.Value) bool {
	c := comparison{
		known: func(a, b vm.Value) (same, known bool) {
			before, knownA := m.began[a.Identity()]
			after, knownB := m.stays[b.Identity()]
			return vm.Same(before, after), knownA && knownB || a.IsTable() && b.IsTable() && knownA != knownB
		},
		code:  func(a, b *vm.Closure) bool { return m.match[a.Code()] == b.Code() || a.Code() == b.Code() },
		under: map[[2]vm.Identity]bool{},
	}
	return c.alike(was, fresh)
}

func (c *comparison) alike(a, b vm.Value) bool {
	if same(a, b) {
		return true
	}
	if b.Identity() != nil {
		if same, known := c.known(a, b); known {
			return same
		}
	}
	switch {
	case a.IsTable() && b.IsTable():
		return c.tables(a.AsTable(), b.AsTable())
	case a.AsClosure() != nil && b.AsClosure() != nil:
		return c.code(a.AsClosure(), b.AsClosure())
	case a.AsGo() != nil && b.AsGo() != nil:
		return alikeGo(a, b)
	case a.AsThread() != nil && b.AsThread() != nil:
		return true
	case a.IsString() && b.IsString():
		x, _ := a.AsString()
		y, _ := b.AsString()
		return sameAddresses(x, y)
	}
	return sameKind(a, b)
}

// alikeGo tells whether two Go functions, made for two states or worlds, do the same.
func alikeGo(a, b vm.Value) bool {
	return !vm.IsShared(a) && !vm.IsShared(b) && a.AsGo().Name == b.AsGo().Name
}

func (c *comparison) tables(a, b *vm.Table) bool {
	pair := [2]vm.Identity{vm.TableValue(a).Identity(), vm.TableValue(b).Identity()}
	if c.under[pair] {
		return true
	}
	c.under[pair] = true
	if (a.Metatable() == nil) != (b.Metatable() == nil) ||
		a.Metatable() != nil && !c.alike(vm.TableValue(a.Metatable()), vm.TableValue(b.Metatable())) {
		return false
	}
	count, alike := 0, true
	b.Touched(func(k, v vm.Value) bool {
		if !v.IsNil() {
			count++
		}
		alike = c.alike(c.in(a, k), v)
		return alike
	})
	if alike {
		a.Touched(func(_, v vm.Value) bool {
			if !v.IsNil() {
				count--
			}
			return count >= 0
		})
	}
	return alike && count >= 0
}

// in gives the value that a table of the first world has under a key of the second.
func (c *comparison) in(t *vm.Table, key vm.Value) vm.Value {
	if v := t.Get(key); !v.IsNil() || key.Identity() == nil {
		return v
	}
	found := vm.Nil
	t.Touched(func(k, v vm.Value) bool {
		if k.Identity() != nil && k.Type() == key.Type() && c.alike(k, key) {
			found = v
		}
		return found.IsNil()
	})
	return found
}

// sameAddresses tells whether two texts differ in the addresses of objects alone, as
// tostring prints them: each universe has others.
func sameAddresses(a, b string) bool {
	return strings.Contains(a, ": 0x") && address.ReplaceAllString(a, "") == address.ReplaceAllString(b, "")
}
