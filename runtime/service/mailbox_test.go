package service

import "testing"

func TestMailboxKeepsOrderAcrossChunks(t *testing.T) {
	var b mailbox
	var in inbox
	sent, got := int32(0), int32(0)
	for round, count := range []int{1, 3, 8, 9, 2000, 0, 5} {
		for range count {
			sent++
			if !b.put(&Message{Session: sent}) {
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
	if b.put(&Message{}) {
		t.Error("put into a closed mailbox")
	}
}

func TestOverloadIsNewsWhenItDoubles(t *testing.T) {
	var b mailbox
	var news []int
	for _, length := range []int{10, 1023, 1024, 1500, 2047, 2048, 9000, 9001, 100, 1024} {
		if b.overload(length) {
			news = append(news, length)
		}
	}
	if len(news) != 4 || news[0] != 1024 || news[1] != 2048 || news[2] != 9000 || news[3] != 1024 {
		t.Errorf("news at %v", news)
	}
}
