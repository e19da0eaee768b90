package http

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"lunarium/runtime/vm"
)

// This file holds a request on its way through the service.

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

// discard ends a task without results.
func discard(*vm.Thread) int { return 0 }
