package service

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMailboxKeepsOrderAcrossChunks(t *testing.T) {
	var b mailbox
	var in inbox
	sent, got := int32(0), int32(0)
	for round, count := range []int{1, 3, 8, 9, 2000, 0, 5} {
		for range count {
			sent++
			if _, ok := b.put(&Message{Session: sent}); !ok {
				t.Fatal("closed")
			}
		}
		if b.length() != count {
			t.Errorf("round %d: length %d, want %d", round, b.length(), count)
		}
		b.take(&in)
		for m := in.next(); m != nil; m = in.next() {
			if got++; m.Session != got {
				t.Fatalf("round %d: message %d came as %d", round, m.Session, got)
			}
			*m = Message{}
		}
		if got != sent || in.left != 0 {
			t.Errorf("round %d: %d of %d came", round, got, sent)
		}
	}
	b.put(&Message{Session: 1})
	left := b.close()
	if m := left.next(); m == nil || m.Session != 1 || left.next() != nil {
		t.Error("what was left at the end")
	}
	if _, ok := b.put(&Message{}); ok {
		t.Error("put into a closed mailbox")
	}
}

func TestGrowthIsNewsWhenItDoubles(t *testing.T) {
	var b mailbox
	var in inbox
	grow := func(to int) (news []int) {
		for b.length() < to {
			if length, _ := b.put(&Message{}); length > 0 {
				news = append(news, length)
			}
		}
		return news
	}
	empty := func() {
		b.take(&in)
		for m := in.next(); m != nil; m = in.next() {
			*m = Message{}
		}
	}
	if diff := cmp.Diff([]int{1024, 2048, 4096}, grow(5000)); diff != "" {
		t.Error(diff)
	}
	empty()
	if diff := cmp.Diff([]int{8192}, grow(9000)); diff != "" {
		t.Errorf("before it was ever short again: %s", diff)
	}
	empty()
	grow(10)
	empty()
	if diff := cmp.Diff([]int{1024}, grow(1500)); diff != "" {
		t.Errorf("after it was short: %s", diff)
	}
}
