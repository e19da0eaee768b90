package sample

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/message"
)

// Of services that are looked at, none waits for others that were measured since.
func TestTheLongestDueAreMeasuredFirst(t *testing.T) {
	m, now := NewMeter(), time.Now()
	for a, next := range map[message.Address]time.Duration{2: 2, 3: 1, 5: 3} {
		m.note(a, measure{next: now.Add(next)})
	}
	rows := make([]Row, 5)
	for i := range rows {
		rows[i].Address = message.Address(i + 2)
	}
	m.longestDueFirst(rows)
	var order []message.Address
	for _, r := range rows {
		order = append(order, r.Address)
	}
	if diff := cmp.Diff([]message.Address{4, 6, 3, 2, 5}, order); diff != "" {
		t.Error(diff)
	}
}
