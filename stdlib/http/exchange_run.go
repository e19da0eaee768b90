package http

import (
	"net/http"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
)

// This file holds the task that handles a request.

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
