package service

// What the flight recorder keeps, and who follows.

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/message"
)

func TestARecordIsFourLinesOfTheCache(t *testing.T) {
	if size := reflect.TypeFor[messageRecord]().Size(); size != bytesOfRecord {
		t.Errorf("%d bytes", size)
	}
}

// rowsOf gives of records what a test looks at.
func rowsOf(list []Handled) (rows [][]string) {
	for _, h := range list {
		rows = append(rows, []string{h.Args, h.Reply, h.Error, fmt.Sprint(h.Took, h.Running, h.Answered)})
	}
	return rows
}

func TestTheRecorderTellsWhatBecameOfEachMessage(t *testing.T) {
	w := newWorld(t)
	s := w.launch("service", `dispatch(function(_, _, what)
		if what == "raise" then error("no", 0) end
		if what == "late" then
			local answer = response()
			return timeout(100, function() answer(true, "at last") end)
		end
		if what == "mute" then return end
		if what == "after" then ret("said") error("then", 0) end
		if what == "sleep" then sleep(200) end
		ret(what)
	end)`)
	for i, what := range []string{"raise", "late", "mute", "after", "sleep", "echo"} {
		if err := w.client.Send(s.Address(), message.TypeLua, message.Direct(Strings(what)...)); err != nil {
			t.Fatal(err)
		}
		go w.call(s, what)
		w.until(func() bool { return s.recorded.Load() == uint64(2*i+2) })
		w.settle()
	}
	w.advance(time.Second)
	list, recorded := s.Messages(100)
	var calls []Handled
	for _, h := range list {
		if h.Session != 0 {
			calls = append(calls, h)
		}
	}
	want := [][]string{
		{`"raise"`, "", "service:2: no", "0s false 0s"},
		{`"late"`, `"at last"`, "", "0s false 1s"},
		{`"mute"`, "", "service :00000002 did not answer \"mute\" (handler at service:1)", "0s false 0s"},
		{`"after"`, `"said"`, "service:8: then", "0s false 0s"},
		{`"sleep"`, "", "", "1s true 0s"},
		{`"echo"`, `"echo"`, "", "0s false 0s"},
	}
	if diff := cmp.Diff(want, rowsOf(calls)); diff != "" || recorded != 12 {
		t.Errorf("%d recorded; %s", recorded, diff)
	}
}

// However many there are to be kept, those that are kept are the latest, in order.
func TestTheLatestMessagesAreKept(t *testing.T) {
	for _, most := range []int{1, 2, 3, 5, 31, 64} {
		w := newWorld(t, func(c *Config) { c.Recorder = most })
		s := w.launch("echo", echo)
		for i := range 150 {
			w.mustCall(s, fmt.Sprint(i))
			w.settle() // the answer is told with the handler's end
			list, recorded := s.Messages(1000)
			if len(list) != min(i+1, most) || recorded != uint64(i+1) {
				t.Fatalf("of %d messages %d are kept, with room for %d", recorded, len(list), most)
			}
			for j, h := range list {
				if want := fmt.Sprintf(`"%d"`, i+1-len(list)+j); h.Args != want || h.Reply != want {
					t.Fatalf("with room for %d, number %d is %s, want %s", most, j, h.Args, want)
				}
			}
			if i == 100 {
				most = max(1, most/2)
				w.SetRecorder(most)
			}
		}
		w.SetRecorder(0)
		w.mustCall(s, "x")
		if r := w.Recorder(); r.Bytes != 0 || r.Services != 0 {
			t.Errorf("what is off takes %+v", r)
		}
	}
}

// A service that is inside a Go function which does not return is told of all the same.
func TestTheRecordOfAStuckService(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Virtual = false; c.Workers = 1 })
	s := w.launch("stuck", `dispatch(function(_, _, what)
		if what == "stick" then nested(function() while true do end end) end
		ret(what)
	end)`)
	other := w.launch("other", echo)
	w.mustCall(s, "first")
	w.client.Send(s.Address(), message.TypeLua, message.Direct(Strings("stick")...))
	w.client.Send(other.Address(), message.TypeLua, message.Payload{}) // the slice is to end, and can't
	w.until(func() bool { return s.Status() == StatusStuck })
	list, _ := s.Messages(10)
	if len(list) != 2 || list[0].Reply != `"first"` || !list[1].Running || list[1].Args != `"stick"` {
		t.Errorf("got %+v", list)
	}
	w.Kill(s.Address())
	<-s.Gone()
}

// Readers meet a ring that is written all the time; what they see is whole.
func TestReadersOfABusyRing(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Virtual = false; c.Recorder = 5 })
	s := w.launch("echo", echo)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				list, _ := s.Messages(10)
				for i, h := range list {
					if i > 0 && h.Number != list[i-1].Number+1 || h.Reply != "" && h.Reply != h.Args {
						t.Errorf("number %d: %s = %s", h.Number, h.Args, h.Reply)
						return
					}
				}
			}
		})
	}
	for i := range 2000 {
		w.mustCall(s, strings.Repeat("x", i%50))
	}
	close(done)
	readers.Wait()
}

func TestFollowersGetWhatTheyFollow(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Recorder = 0 })
	s := w.launch("service", `dispatch(function(_, _, what)
		if what == "raise" then error("no", 0) end
		if what == "sleep" then sleep(20) end
		ret(what)
	end)`)
	other := w.launch("echo", echo)
	follow := func(f Follow) *Follower { f.Lines, f.Rate = max(f.Lines, 1), 100; return w.Follow(f) }
	followers := []*Follower{
		follow(Follow{Lines: 10}), follow(Follow{Lines: 10, Service: s.Address()}), follow(Follow{Lines: 10, Errors: true}),
		follow(Follow{Lines: 10, Slower: 100 * time.Millisecond}), follow(Follow{Lines: 10, Command: "a"}),
		follow(Follow{Lines: 10, Sample: 3}), follow(Follow{Lines: 2}), follow(Follow{Lines: 10, From: s.Address()}),
		follow(Follow{Lines: 10, Types: []message.Type{message.TypeSystem}}),
	}
	w.call(s, "raise")
	go w.call(s, "sleep")
	w.until(func() bool { return s.recorded.Load() == 2 })
	w.settle()
	w.advance(time.Second)
	w.mustCall(other, "a")
	w.mustCall(s, "b")
	w.settle() // the answers come before the ends
	var got []string
	for _, f := range followers {
		var texts []string
		list, left, full := f.Take()
		for _, h := range list {
			texts = append(texts, strings.Trim(h.Args, `"`))
		}
		got = append(got, fmt.Sprint(texts, left, full))
		f.Stop()
	}
	want := []string{
		"[raise sleep a b] 0 false", "[raise sleep b] 0 false", "[raise] 0 false", "[sleep] 0 false", "[a] 0 false",
		"[raise b] 0 false", "[raise sleep] 0 true", "[] 0 false", "[] 0 false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	w.mustCall(s, "x")
	w.mustCall(other, "x")
	if r := w.Recorder(); r.Bytes != 0 {
		t.Errorf("nobody follows any more, and %d bytes are held", r.Bytes)
	}
}

func TestFollowersAreSparedMoreThanTheyCanRead(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo)
	f := w.Follow(Follow{Lines: 100, Rate: 3})
	defer f.Stop()
	for range 3 {
		for range 5 {
			w.mustCall(s, "x")
		}
		w.settle()
		w.advance(time.Second)
	}
	list, left, full := f.Take()
	if len(list) != 9 || left != 6 || full || f.Passed() != 15 {
		t.Errorf("%d lines, %d left out of %d (%t)", len(list), left, f.Passed(), full)
	}
}
