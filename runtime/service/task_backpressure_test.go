package service

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

func newLimitedWorld(t *testing.T, limit int) *world {
	return newWorld(t, func(c *Config) { c.MailboxLimit = limit })
}

const slowReceiver = `
local got, wrong = 0, 0
dispatch(function(_, _, i)
	if i == "count" then return ret(got, wrong) end
	if i ~= got + 1 then wrong = wrong + 1 end
	got = i
end)`

func TestSendersWaitForRoom(t *testing.T) {
	w := newLimitedWorld(t, 100)
	receiver := w.launch("receiver", slowReceiver)
	w.launch("sender", `start(function() fork(function()
		for i = 1, 5000 do send(2, i) end
		print "done"
	end) end)`)
	w.printed("done")
	if got := w.mustCall(receiver, "count"); got != "5000, 0" {
		t.Errorf("received %s", got)
	}
	if w.out.has("overload") || receiver.QueueLen() > 0 {
		t.Error("the mailbox grew")
	}
}

// A receiver that does nothing: the mailbox stays at its limit, nothing is lost,
// and other services can still call each other.
func TestFullMailboxesStayBounded(t *testing.T) {
	w := newLimitedWorld(t, 100)
	stuck := w.launch("stuck", `dispatch(function() while true do end end)`)
	echo := w.launch("echo", echo)
	// The relay's tasks are its load, so that it fills up as well.
	relay := w.launch("relay", `dispatch(function(_, _, i) send(2, i) end)`)
	sender := w.launch("sender", `start(function() fork(function() for i = 1, 5000 do send(4, i) end end) end)`)
	w.settle()
	if n := stuck.QueueLen(); n < 99 || n > 101 {
		t.Errorf("the stuck service has %d messages", n)
	}
	if n := relay.Stat().Tasks + relay.QueueLen(); n < 99 || n > 101 {
		t.Errorf("the relay has %d tasks and messages", n)
	}
	tasks, err := sender.Tasks(w.ctx)
	if err != nil || len(tasks) != 1 || tasks[0].Wait.Kind != WaitRoom || tasks[0].Wait.Dest != relay.Address() {
		t.Errorf("the sender's tasks: %+v, %v", tasks, err)
	}
	if got := w.mustCall(echo, "hello"); got != `"hello"` {
		t.Errorf("echo %s", got)
	}
	if err := w.client.Send(stuck.Address(), message.TypeLua, message.Direct(vm.String("x"))); !errors.Is(err, ErrFull) {
		t.Errorf("a send from outside: %v", err)
	}
	w.Kill(stuck.Address())
	<-stuck.Gone()
	w.settle()
	if n := relay.Stat().Tasks + relay.QueueLen() + sender.Stat().Tasks; n != 0 {
		t.Errorf("%d tasks and messages are left", n)
	}
	if dead := w.DeadLetters().Total(); dead != 5000-1 { // all but the one being handled
		t.Errorf("%d dead letters", dead)
	}
}

func TestSendersMayFailInstead(t *testing.T) {
	w := newLimitedWorld(t, 100)
	w.launch("receiver", slowReceiver)
	w.launch("sender", `start(function()
		onfull "error"
		local sent, failed, why = 0, 0
		for i = 1, 150 do
			local ok, err = pcall(function() send(2, i) end)
			if ok then sent = sent + 1 else failed, why = failed + 1, err end
		end
		print(sent, failed, why)
	end)`)
	w.printed("100 50 sender:5: the mailbox of receiver :00000002 is full: 100 messages")
}

// Two services that wait for each other's mailboxes come apart with errors, and
// each message was either handled or failed.
func TestServicesThatWaitForEachOther(t *testing.T) {
	w := newLimitedWorld(t, 10)
	const source = `
	local handled, sent, failed = 0, 0, 0
	dispatch(function(_, _, other, depth)
		if other == "count" then return ret(handled, sent, failed) end
		handled = handled + 1
		if depth > 0 then
			if pcall(send, other, self(), depth - 1) then sent = sent + 1 else failed = failed + 1 end
		end
	end)`
	a, b := w.launch("a", source), w.launch("b", source)
	w.launch("feeder", `start(function()
		for i = 1, 100 do
			fork(function() send(2, 3, 5) end)
			fork(function() send(3, 2, 5) end)
		end
	end)`)
	w.advance(10 * time.Minute)
	count := func(s *Service) (handled, sent, failed int) {
		if _, err := fmt.Sscanf(w.mustCall(s, "count"), "%d, %d, %d", &handled, &sent, &failed); err != nil {
			t.Fatal(err)
		}
		return handled, sent, failed
	}
	handledA, sentA, failedA := count(a)
	handledB, sentB, failedB := count(b)
	fed := handledA + handledB - sentA - sentB
	if lost := strings.Count(w.out.take(), "is full: 10 messages; waited 10s"); fed+lost != 200 {
		t.Errorf("%d of 200 messages were handled, %d failed", fed, lost)
	}
	if failedA+failedB == 0 {
		t.Error("the services did not come to wait for each other")
	}
	if left := a.Stat().Tasks + b.Stat().Tasks + a.QueueLen() + b.QueueLen(); left != 0 {
		t.Errorf("%d tasks and messages are left", left)
	}
}

func TestWaitingForRoomHasALimit(t *testing.T) {
	w := newLimitedWorld(t, 10)
	w.launch("stuck", `dispatch(function() while true do end end)`)
	w.launch("sender", `start(function() fork(function()
		print(pcall(function() for i = 1, 20 do send(2, i) end end))
	end) end)`)
	w.settle()
	w.advance(11 * time.Second)
	w.printed("false sender:2: the mailbox of stuck :00000002 is full: 10 messages; waited 10s")
}
