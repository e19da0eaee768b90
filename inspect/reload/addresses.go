package reload

import (
	"cmp"
	"maps"
	"slices"

	"lunarium/inspect/live"
	"lunarium/runtime/vm"
)

// This file merges entries under texts with an object's address, such as tostring gives:
// each universe has others, so that they are alike by the rest of the text.

// writtenAddresses merges the entries of tables under such keys that the old code made
// too, and gives the keys of both texts that are merged by that.
func (m *merger) writtenAddresses(name string, now, was, fresh *vm.Table) map[vm.Value]bool {
	olds := addressEntries(was)
	if len(olds) == 0 {
		return nil
	}
	merged := map[vm.Value]bool{}
	running, news := addressEntries(now), addressEntries(fresh)
	for _, text := range slices.Sorted(maps.Keys(olds)) {
		began := olds[text]
		held, after := running[text], news[text]
		for i, e := range began {
			merged[e.Key] = true
			value := vm.Nil
			if i < len(after) {
				merged[after[i].Key] = true
				value = after[i].Value
			}
			if i < len(held) && len(held) == len(began) { // else the service has some of its own, nobody knows which
				m.fieldAt(name, now, held[i].Key, e.Value, value)
			}
		}
	}
	return merged
}

// addressEntries gives a table's entries under texts with addresses, by the rest of the
// text, in the order in which their objects were made.
func addressEntries(t *vm.Table) map[string][]live.Entry {
	var found map[string][]live.Entry
	eachTouched(t, func(key, value vm.Value) {
		text, ok := key.AsString()
		if !ok || value.IsNil() || !address.MatchString(text) {
			return
		}
		if found == nil {
			found = map[string][]live.Entry{}
		}
		rest := address.ReplaceAllString(text, "")
		found[rest] = append(found[rest], live.Entry{Key: key, Value: value})
	})
	for _, list := range found {
		slices.SortFunc(list, func(a, b live.Entry) int {
			x, _ := a.Key.AsString()
			y, _ := b.Key.AsString()
			return cmp.Compare(x, y)
		})
	}
	return found
}
