package service

import (
	"fmt"
	"strconv"
	"strings"

	"lunarium/runtime/message"
	"lunarium/runtime/number"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file holds how messages are shown on one line.

const (
	previewBytes  = 120 // of a whole message
	previewString = 40  // of one string
	previewFields = 6   // of one table
	previewDepth  = 3
)

// preview prints a payload's values on one line, cut short.
func (n *Node) preview(p message.Payload) string {
	values := p.Values
	if p.Packed {
		var err error
		if values, err = message.Unpack(vm.NewState(vm.Config{Seed: n.Seed()}), p.Raw); err != nil {
			return fmt.Sprintf("%d bytes", len(p.Raw))
		}
	}
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		if b.Len() > previewBytes {
			b.WriteString("…")
			break
		}
		previewValue(&b, v, 0)
	}
	return b.String()
}

func previewValue(b *strings.Builder, v vm.Value, depth int) {
	if text, ok := v.AsString(); ok {
		if len(text) > previewString {
			b.WriteString(visible.Quote(text[:previewString]))
			b.WriteString("…")
			return
		}
		b.WriteString(visible.Quote(text))
		return
	}
	if f, ok := v.AsNumber(); ok {
		b.WriteString(number.Format(f))
		return
	}
	switch v.Type() {
	case vm.TypeBoolean:
		b.WriteString(strconv.FormatBool(v.Truth()))
	case vm.TypeTable:
		previewTable(b, v.AsTable(), depth)
	default:
		b.WriteString(v.Type().String())
	}
}

// previewTable prints elements in order and says how many other fields there
// are: their order is not fixed.
func previewTable(b *strings.Builder, t *vm.Table, depth int) {
	if depth == previewDepth {
		b.WriteString("{…}")
		return
	}
	b.WriteString("{")
	shown := min(t.Len(), previewFields)
	for i := 1; i <= shown; i++ {
		if i > 1 {
			b.WriteString(", ")
		}
		previewValue(b, t.GetInt(i), depth+1)
	}
	if left := t.Count() - shown; left > 0 {
		if shown > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(b, "%d fields", left)
	}
	b.WriteString("}")
}
