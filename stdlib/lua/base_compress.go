package lua

import (
	"strings"

	"lunarium/runtime/vm"
)

// This file holds compress_table.

// compressTable makes a table, and every table that its keys and values reach,
// as small as its contents allow, in place: room that growing left over and
// fields that were set to nil go, and equal strings become one. It returns the
// table. Contents, metatables and the identity of tables stay; functions and
// userdata are not looked into.
func compressTable(t *vm.Thread) int {
	root := t.CheckTable(1)
	c := compressor{seen: map[*vm.Table]bool{}, strings: map[string]vm.Value{}}
	c.add(vm.TableValue(root))
	for entries := 0; len(c.pending) > 0; {
		t.Poll()
		next := c.pending[len(c.pending)-1]
		c.pending = c.pending[:len(c.pending)-1]
		next.Entries(func(k, v vm.Value) bool {
			if entries++; entries%entriesPerPoll == 0 {
				t.Poll()
			}
			c.add(k)
			c.add(v)
			return true
		})
		next.Compact(c.intern)
	}
	return t.Return(vm.TableValue(root))
}

// entriesPerPoll is how many entries of a table are compressed between two polls.
const entriesPerPoll = 512

// compressor keeps a list of tables to do, so that depth costs no Go stack.
type compressor struct {
	pending []*vm.Table
	seen    map[*vm.Table]bool
	strings map[string]vm.Value
}

func (c *compressor) add(v vm.Value) {
	if table := v.AsTable(); table != nil && !c.seen[table] {
		c.seen[table] = true
		c.pending = append(c.pending, table)
	}
}

// longString is the length from which a string is copied, as it may be a part of
// a far longer one that it keeps in memory. Shorter ones stay where they are:
// names that code uses are found faster so.
const longString = 64

// intern gives the one string that all equal ones become.
func (c *compressor) intern(v vm.Value) vm.Value {
	text, _ := v.AsString()
	one, known := c.strings[text]
	if known {
		return one
	}
	one = v
	if len(text) >= longString {
		text = strings.Clone(text)
		one = vm.String(text)
	}
	c.strings[text] = one
	return one
}
