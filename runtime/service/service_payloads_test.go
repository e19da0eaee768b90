package service

import (
	"reflect"
	"testing"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// What a service has handled it lets go: neither its mailbox's spare chunk nor its
// worker keeps a payload alive.
func TestHandledMessagesAreForgotten(t *testing.T) {
	w := newWorld(t)
	s := w.launch("receiver", "dispatch(function() end)")
	w.scheduler.together(func() {
		for range 32 {
			w.client.Send(s.Address(), message.TypeLua, message.Direct(vm.String("a payload")))
		}
	})
	w.settle()
	kept, seen := 0, 0
	count := func(v reflect.Value) {
		seen++
		if !v.FieldByName("Payload").FieldByName("Values").IsNil() || !v.FieldByName("Extra").IsNil() {
			kept++
		}
	}
	err := s.Do(w.ctx, func(s Self) {
		for _, holder := range []any{&s.box, &s.inbox, &s.worker.message} {
			eachMessage(reflect.ValueOf(holder).Elem(), count)
		}
	})
	if err != nil || kept > 0 || seen < 32 {
		t.Errorf("%d of %d messages are kept; %v", kept, seen, err)
	}
}

// eachMessage visits the messages in a value, those behind the ends of slices too.
func eachMessage(v reflect.Value, visit func(reflect.Value)) {
	switch {
	case v.Type() == reflect.TypeFor[message.Message]():
		visit(v)
	case v.Kind() == reflect.Slice:
		all := v.Slice(0, v.Cap())
		for i := range all.Len() {
			eachMessage(all.Index(i), visit)
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			eachMessage(v.Field(i), visit)
		}
	}
}
