package message

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMailboxKeepsOrderAcrossChunks(t *testing.T) {
	var b Mailbox
	var in Inbox
	var first Message
	sent, got := int32(0), int32(0)
	for round, count := range []int{1, 3, 8, 9, 2000, 0, 5} {
		for range count {
			sent++
			if _, ok := b.Put(&Message{Session: sent}, midnight); !ok {
				t.Fatal("closed")
			}
		}
		if b.Length() != count {
			t.Errorf("round %d: length %d, want %d", round, b.Length(), count)
		}
		taken := b.Take(&first, &in)
		if taken != (count > 0) {
			t.Errorf("round %d: take tells %t", round, taken)
		}
		if taken {
			if got++; first.Session != got {
				t.Fatalf("round %d: message %d came as %d", round, first.Session, got)
			}
		}
		for m := in.Next(); m != nil; m = in.Next() {
			if got++; m.Session != got {
				t.Fatalf("round %d: message %d came as %d", round, m.Session, got)
			}
			*m = Message{}
		}
		if got != sent || in.left != 0 {
			t.Errorf("round %d: %d of %d came", round, got, sent)
		}
	}
	b.Put(&Message{Session: 1}, midnight)
	b.Put(&Message{Session: 2}, midnight)
	if left := b.Close(); len(left) != 2 || left[0].Session != 1 || left[1].Session != 2 {
		t.Errorf("what was left at the end: %v", left)
	}
	if _, ok := b.Put(&Message{}, midnight); ok {
		t.Error("put into a closed mailbox")
	}
}

// The oldest of a mailbox and of an inbox are those that come out next.
func TestTheOldestIsWhatComesNext(t *testing.T) {
	var b Mailbox
	var in Inbox
	var first Message
	if _, waits := b.Oldest(); waits {
		t.Error("an empty mailbox has an oldest message")
	}
	for i := range 100 {
		b.Put(&Message{Sent: time.Duration(i)}, midnight)
		if sent, waits := b.Oldest(); sent != 0 || !waits {
			t.Fatalf("of %d messages in the mailbox, the oldest is of %s (%t)", i+1, sent, waits)
		}
	}
	b.Take(&first, &in)
	if _, waits := b.Oldest(); waits {
		t.Error("what was taken still waits")
	}
	for {
		sent, waits := in.Oldest()
		m := in.Next()
		if waits != (m != nil) || waits && sent != m.Sent {
			t.Fatalf("the oldest is said to be of %s (%t), and comes as %+v", sent, waits, m)
		}
		if m == nil {
			return
		}
	}
}

func midnight() time.Duration { return 0 }

func TestGrowthIsNewsWhenItDoubles(t *testing.T) {
	var b Mailbox
	var in Inbox
	var first Message
	var now time.Duration
	burst := func(size int) (news []int) {
		for range size {
			if length, _ := b.Put(&Message{}, func() time.Duration { return now }); length > 0 {
				news = append(news, length)
			}
		}
		b.Take(&first, &in)
		for m := in.Next(); m != nil; m = in.Next() {
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
	now += reportEvery
	if diff := cmp.Diff([]int{1024}, burst(1500)); diff != "" {
		t.Errorf("after a while: %s", diff)
	}
}
