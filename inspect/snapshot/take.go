package snapshot

import (
	"context"
	"time"

	"lunarium/inspect/live"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file takes snapshots.

// Snapshot is the state of a service at a moment. It is plain data: it keeps nothing of the
// service alive, and is not changed.
type Snapshot struct {
	Name    string
	Service string // its file's name
	Address message.Address
	Taken   time.Time
	At      time.Duration // by the service's clock
	Version int           // of its code
	Tasks   int           // that were in the middle of something
	// Messages is how many the service had taken while they were recorded.
	Messages uint64
	Places   int // names
	Objects  int
	Entries  int // of tables
	// Held is for how long the service did nothing else; 0 when its messages passed.
	Held time.Duration

	data    []byte
	written *walk            // what the data is to be made of; nil: it is made
	origin  *service.Service // whose numbers the objects have; nil: it is not known
}

// Bytes is what the snapshot takes.
func (s *Snapshot) Bytes() int64 { return int64(len(s.data)) }

// graph reads the snapshot.
func (s *Snapshot) graph() (*graph, error) { return readGraph(s.data) }

// Take takes a snapshot of a service. The error is ctx's, a *TooLargeError, or says why the
// service gives no answer.
func Take(ctx context.Context, s *service.Service, name string) (*Snapshot, error) {
	var taken *Snapshot
	var failure error
	err := live.InSteps(ctx, s, func(own service.Self, work *live.Work) {
		before := progress(own)
		w := newWalk(own, placesOf(own, work))
		w.work, w.stirred = work, func() bool { return own.InTask() || progress(own) != before }
		whole, err := !w.stirred(), error(nil)
		if whole {
			whole, err = w.run()
		}
		if whole || err != nil {
			taken, failure = w.snapshot(s, name), err
			return
		}
		taken, failure = takeNow(s, own, name)
	})
	if err == nil {
		err = failure
	}
	if err != nil {
		return nil, err
	}
	taken.finish()
	return taken, nil
}

// finish makes the data, when the service is not held any more.
func (s *Snapshot) finish() {
	s.data = s.written.joined(s.written.numbers.count)
	s.written = nil
}

// progress is something that changes when the service's code runs: messages, answers and
// timers that it took, and what it made.
func progress(own service.Self) [2]uint64 {
	return [2]uint64{own.Stat().Messages, uint64(own.State().Memory().Made())}
}

// takeNow takes a snapshot in one go.
func takeNow(s *service.Service, own service.Self, name string) (*Snapshot, error) {
	begun := time.Now()
	w := newWalk(own, placesOf(own, nil))
	if _, err := w.run(); err != nil {
		return nil, err
	}
	taken := w.snapshot(s, name)
	if !own.Node().Clock().Virtual() {
		taken.Held = time.Since(begun)
	}
	return taken, nil
}

func (w *walk) snapshot(s *service.Service, name string) *Snapshot {
	_, version := w.own.Reloading().Versions()
	return &Snapshot{
		Name: name, Service: w.own.Base(), Address: w.own.Address(), Taken: w.own.Now(), At: w.own.Elapsed(), Version: version,
		Tasks: w.own.Stat().Tasks, Messages: w.own.Recorded(), Places: len(w.places), Objects: w.numbers.count, Entries: w.entries,
		origin: s, written: w,
	}
}
