package http

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
)

// exchange is one request on its way through the service. Its methods run on
// the service's own thread.
type exchange struct {
	server  *server
	request *http.Request
	body    string
	answer  chan response // has room for one
	done    bool          // an answer was given
	left    bool          // it is no request under way any more
	table   *vm.Table     // that the handler gets
	fault   string        // of the client; "" when there is none
	reason  string        // what the error says that the fault raised
	stream  *stream
}

// run is the body of the request's task.
func (ex *exchange) run(t *vm.Thread) int {
	l := ex.server.lib
	t.Take(len(ex.body))
	ex.table = l.newRequest(ex)
	l.exchanges[ex.table] = ex
	return l.handle(t, host.Held(t.State(), ex.server.key), ex.table, func(t *vm.Thread) int { return ex.respond(t, t.Arg(1)) })
}

// respond turns what the handler gave into the answer; events go on in the
// same task.
func (ex *exchange) respond(t *vm.Thread, v vm.Value) int {
	answer := toResponse(t, v)
	if answer.events.IsNil() {
		ex.leave() // before the client can send its next one
		ex.give(answer)
		return 0
	}
	if ex.server.streams.Add(1) > int64(ex.server.limits.maxStreams) {
		ex.server.streams.Add(-1)
		ex.give(failure(http.StatusServiceUnavailable, "too many event streams are open"))
		return 0
	}
	ex.stream = newStream(ex.request.Context(), ex.server)
	handler := answer.events
	answer.events, answer.stream = vm.Nil, ex.stream
	ex.leave()
	ex.give(answer)
	l := ex.server.lib
	return t.CallThen(handler, []vm.Value{streams.New(l.state, ex.stream, l.stream)}, discard)
}

// discard ends a task without results.
func discard(*vm.Thread) int { return 0 }

func (ex *exchange) leave() {
	if !ex.left {
		ex.left = true
		ex.server.requests.Add(-1)
	}
}

func (ex *exchange) give(answer response) {
	if !ex.done {
		ex.done = true
		ex.answer <- answer
	}
}

// ended hears how the task ended. The error itself is in the service's log; what
// is the client's fault, which can come as often as the client likes, once a
// minute.
func (ex *exchange) ended(err error) (settled bool) {
	delete(ex.server.lib.exchanges, ex.table)
	if ex.stream != nil {
		ex.server.streams.Add(-1)
		ex.stream.finish()
		return false
	}
	ex.leave()
	switch {
	case err == nil:
		ex.give(failure(http.StatusInternalServerError, "the handler gave no answer"))
	case errors.Is(err, vm.ErrKilled):
		ex.give(failure(http.StatusServiceUnavailable, "the service ended while it handled the request"))
	case ex.fault != "" && strings.Contains(err.Error(), ex.reason):
		ex.give(failure(http.StatusBadRequest, ex.fault))
		return !ex.server.faults.note(time.Now())
	default:
		ex.give(failure(http.StatusInternalServerError, "the handler failed; the service's log tells why"))
	}
	return false
}

// faults counts what clients did wrong; own thread.
type faults struct {
	count int
	told  time.Time
}

// faultsEvery is how often one is logged.
const faultsEvery = time.Minute

// note counts a fault; true: it is to be logged.
func (f *faults) note(now time.Time) bool {
	f.count++
	if f.count > 1 && now.Sub(f.told) < faultsEvery {
		return false
	}
	f.told = now
	return true
}
