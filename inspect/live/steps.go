package live

import (
	"context"
	"errors"
	"iter"

	"lunarium/runtime/service"
)

// This file does longer work on a service's own thread in steps, between which messages
// pass.

// Work is something longer that is done on a service's own thread, in steps between
// which the service's messages pass (Service.DoInPieces). It is written as one function,
// which calls Rest wherever what it has read may change; in between it has the
// service for itself. A nil *Work never rests.
type Work struct {
	service service.Self
	pace    service.Pace
	yield   func(struct{}) bool
	resume  func() (struct{}, bool)
	stop    func()
}

// begin makes work of a function, which begins with the first step.
func begin(f func(service.Self, *Work)) *Work {
	w := &Work{}
	w.resume, w.stop = iter.Pull(func(yield func(struct{}) bool) {
		defer func() {
			if r := recover(); r != nil && r != errAbandoned {
				panic(r)
			}
		}()
		w.yield = yield
		f(w.service, w)
	})
	return w
}

// errAbandoned unwinds work that nobody waits for any more.
var errAbandoned = errors.New("abandoned")

// Rest ends the step if it has lasted long enough, with so many more places of
// tables looked at.
func (w *Work) Rest(places int) {
	if w != nil && w.pace.Over(places) && (w.yield == nil || !w.yield(struct{}{})) {
		panic(errAbandoned)
	}
}

// step goes on with the work on the service's own thread; true when it is done.
func (w *Work) step(s service.Self) (done bool) {
	w.service, w.pace = s, s.Pace()
	_, more := w.resume()
	return !more
}

// InOneStep does work on the service's own thread if one step is enough; false when it
// is not, and the work was given up.
func InOneStep(s service.Self, f func(*Work)) (done bool) {
	defer func() {
		if r := recover(); r != nil && r != errAbandoned {
			panic(r)
		}
	}()
	f(&Work{pace: s.Pace()})
	return true
}

// finish does the work. When it gives an error, the work is given up.
func (w *Work) finish(ctx context.Context, s *service.Service) error {
	defer w.stop()
	return s.DoInPieces(ctx, w.step)
}

// InSteps does work from its beginning to its end.
func InSteps(ctx context.Context, s *service.Service, f func(service.Self, *Work)) error {
	return begin(f).finish(ctx, s)
}
