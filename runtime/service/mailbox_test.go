package service

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/vm"
)

func TestMailboxKeepsOrderAcrossChunks(t *testing.T) {
	var b mailbox
	var in inbox
	var first Message
	sent, got := int32(0), int32(0)
	for round, count := range []int{1, 3, 8, 9, 2000, 0, 5} {
		for range count {
			sent++
			if _, ok := b.put(&Message{Session: sent}, midnight); !ok {
				t.Fatal("closed")
			}
		}
		if b.length() != count {
			t.Errorf("round %d: length %d, want %d", round, b.length(), count)
		}
		taken := b.take(&first, &in)
		if taken != (count > 0) {
			t.Errorf("round %d: take tells %t", round, taken)
		}
		if taken {
			if got++; first.Session != got {
				t.Fatalf("round %d: message %d came as %d", round, first.Session, got)
			}
		}
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
	b.put(&Message{Session: 1}, midnight)
	b.put(&Message{Session: 2}, midnight)
	if left := b.close(); len(left) != 2 || left[0].Session != 1 || left[1].Session != 2 {
		t.Errorf("what was left at the end: %v", left)
	}
	if _, ok := b.put(&Message{}, midnight); ok {
		t.Error("put into a closed mailbox")
	}
}

func midnight() time.Duration { return 0 }

func TestGrowthIsNewsWhenItDoubles(t *testing.T) {
	var b mailbox
	var in inbox
	var first Message
	var now time.Duration
	burst := func(size int) (news []int) {
		for range size {
			if length, _ := b.put(&Message{}, func() time.Duration { return now }); length > 0 {
				news = append(news, length)
			}
		}
		b.take(&first, &in)
		for m := in.next(); m != nil; m = in.next() {
			*m = Message{}
		}
		return news
	}
	if diff := cmp.Diff([]int{1024, 2048, 4096}, burst(5000)); diff != "" {
		t.Error(diff)
	}
	if news := burst(5000); news != nil {
		t.Errorf("a burst of the same size: %v", news)
	}
	if diff := cmp.Diff([]int{8192}, burst(9000)); diff != "" {
		t.Errorf("a larger burst: %s", diff)
	}
	now += alarmEvery
	if diff := cmp.Diff([]int{1024}, burst(1500)); diff != "" {
		t.Errorf("after a while: %s", diff)
	}
}

// What a service has handled it lets go: neither its mailbox's spare chunk nor its
// worker keeps a payload alive.
func TestHandledMessagesAreForgotten(t *testing.T) {
	w := newWorld(t)
	s := w.launch("receiver", "dispatch(function() end)")
	w.scheduler.together(func() {
		for range keepChunk {
			w.client.Send(s.Address(), TypeLua, Direct(vm.String("a payload")))
		}
	})
	w.settle()
	kept := 0
	err := s.Do(w.ctx, func(*vm.State) {
		lists := append([][]Message{s.box.spare[:cap(s.box.spare)], {s.box.first, s.worker.message}}, s.inbox.chunks...)
		lists = append(lists, s.box.chunks...)
		for _, list := range lists {
			for _, m := range list[:cap(list)] {
				if m.Values != nil || m.extra != nil {
					kept++
				}
			}
		}
	})
	if err != nil || kept > 0 {
		t.Errorf("%d messages are kept; %v", kept, err)
	}
}
