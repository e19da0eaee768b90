package skynet

import (
	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds what messages carry: values packed, unpacked and copied.

// decode makes values of packed bytes.
func decode(t *vm.Thread, raw string) []vm.Value {
	values, err := message.Unpack(t.State(), raw)
	if err != nil {
		t.Errorf("%s", err)
	}
	return values
}

// payloadValues gives what a payload carries as values of this state.
func payloadValues(t *vm.Thread, p message.Payload) []vm.Value {
	if p.Packed {
		return decode(t, p.Raw)
	}
	t.State().Adopt(p.Values)
	return p.Values
}

// payloadBytes gives what a payload carries in packed form.
func payloadBytes(t *vm.Thread, p message.Payload) string {
	if p.Packed {
		return p.Raw
	}
	return packed(t, p.Values)
}

func packed(t *vm.Thread, values []vm.Value) string {
	b, err := message.Append(nil, values, of(t).runsPairs(), t.TakeMore)
	if err != nil {
		t.Errorf("%s", err)
	}
	s, _ := vm.Bytes(b).AsString()
	return s
}

// argsFrom gives the arguments from the i-th on as a payload.
func (l *library) argsFrom(t *vm.Thread, i int) message.Payload {
	payload := l.svc.Borrow(max(0, t.NArgs()-i+1))
	t.CopyArgs(payload.Values, i)
	return payload
}

// detached makes a payload of copies of the arguments from the i-th on.
func (l *library) detached(t *vm.Thread, i int) message.Payload {
	payload := l.argsFrom(t, i)
	err := message.Detach(t.State().Detached(), payload.Values, of(t).runsPairs())
	switch err {
	case nil:
		return payload
	case message.ErrTableKey:
		return message.Packed(packed(t, t.Args(i)))
	}
	t.Errorf("%s", err)
	return message.Payload{}
}

// runsPairs gives what runs __pairs for packing and copying.
func (l *library) runsPairs() message.Pairs {
	if l.pairs == nil {
		l.pairs = func(table *vm.Table) ([]vm.Value, bool) { return pairsOf(l.state.Running(), table) }
	}
	return l.pairs
}

func pairsOf(t *vm.Thread, table *vm.Table) (list []vm.Value, has bool) {
	meta := table.Metatable().GetString("__pairs")
	if meta.IsNil() {
		return nil, false
	}
	defer t.Keep(&list)()
	iterator := append(t.Call(meta, vm.TableValue(table)), vm.Nil, vm.Nil, vm.Nil)
	f, s, k := iterator[0], iterator[1], iterator[2]
	for {
		next := t.Call(f, s, k)
		if len(next) == 0 || next[0].IsNil() {
			return list, true
		}
		if len(next) == 1 {
			next = append(next, vm.Nil)
		}
		if len(list) >= 2*message.MaxItems {
			t.Errorf("can't send more than %d values", message.MaxItems)
		}
		list = append(list, next[0], next[1])
		k = next[0]
	}
}

// packFunction gives one string; but in ret(pack(...)), which is how most
// answers are made, the values go as copies, as those of retpack do.
func packFunction(t *vm.Thread) int {
	if t.Feeds(retValue) {
		l := of(t)
		payload := l.detached(t, 1)
		if payload.Packed { // what only bytes can carry, such as a table as a key
			return t.Return(vm.String(payload.Raw))
		}
		n := t.Return(handedOver) + t.Return(payload.Values...)
		l.svc.Return(payload)
		return n
	}
	return t.Return(vm.String(packed(t, t.Args(1))))
}

// unpackFunction takes bytes with or without their number.
func unpackFunction(t *vm.Thread) int {
	if t.Arg(1).IsNil() {
		return 0
	}
	t.CheckString(1)
	return t.Return(decode(t, rawArg(t, 1))...)
}

// packValue and unpackValue are skynet.pack and skynet.unpack, by which a
// protocol's values can be told to travel as copies.
var (
	packValue   = vm.SharedFunction("skynet", "pack", packFunction)
	unpackValue = vm.SharedFunction("skynet", "unpack", unpackFunction)
)

func bytesToString(t *vm.Thread) int {
	if t.Arg(1).IsNil() {
		return t.Return(vm.String(""))
	}
	t.CheckString(1)
	return t.Return(vm.String(rawArg(t, 1)))
}

// rawArg gives bytes and their number at arguments i and i+1; the number may be
// missing.
func rawArg(t *vm.Thread, i int) string {
	raw := t.OptString(i, "")
	if size := t.OptInt(i+1, len(raw)); size >= 0 && size < len(raw) {
		raw = raw[:size]
	}
	return raw
}

// handedOver stands before detached values on their way from pack to ret. Lua
// code never sees it.
var handedOver = vm.SharedFunction("skynet", "handed over", func(*vm.Thread) int { return 0 })
