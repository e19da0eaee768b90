package service

import (
	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file saves the lists of values that messages carry from being allocated
// anew each time: a receiver that has read one leaves it to its worker, for the
// next message that the worker's services send.

const (
	keepLists = 32 // by a worker
	keepList  = 16 // values; longer lists are left to Go's collector
)

// Borrow gives a payload with room for a number of values, to be filled in and sent.
func (s Self) Borrow(values int) message.Payload {
	w := s.worker
	if last := len(w.lists) - 1; last >= 0 && values <= keepList {
		list := w.lists[last]
		w.lists = w.lists[:last] // a list that is too short makes way for a longer one
		if cap(list) >= values {
			return message.Payload{Values: list[:values], Pooled: true}
		}
	}
	return message.Payload{Values: make([]vm.Value, values), Pooled: true}
}

// Return gives a payload's list back once its values were taken out. Only lists that
// Borrow gave return; others may be somebody else's too.
func (s Self) Return(p message.Payload) {
	w := s.worker
	if p.Pooled && cap(p.Values) <= keepList && len(w.lists) < keepLists {
		clear(p.Values)
		w.lists = append(w.lists, p.Values)
	}
}
