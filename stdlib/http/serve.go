package http

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"lunarium/runtime/host"
	"lunarium/runtime/netguard"
	"lunarium/runtime/visible"
)

// This file holds a request's way from the connection to the service and back.

// ServeHTTP takes one request to the service and its answer back.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := newWriter(w, s.limits.writeTime)
	status, text := s.refuse(r)
	body := ""
	if status == 0 {
		loan := s.lib.state.Memory().Loan()
		defer loan.End()
		body, status, text = s.readBody(w, r, loan)
	}
	if status != 0 {
		w.Header().Set("Connection", "close") // else the rest of the body would be read first
		out.fail(status, text)
		return
	}
	defer s.buffered.Add(-int64(len(body)))
	ex := &exchange{server: s, request: r, body: body, answer: make(chan response, 1)}
	if status, text := s.start(ex); status != 0 {
		out.fail(status, text)
		return
	}
	limit := time.NewTimer(s.limits.timeout)
	defer limit.Stop()
	select {
	case answer := <-ex.answer:
		answer.write(out, r, s)
	case <-limit.C:
		out.fail(http.StatusGatewayTimeout, fmt.Sprintf("the service did not answer within %s", s.limits.timeout))
	case <-r.Context().Done():
	case <-host.Gone(s.lib.state):
		// Its end may have answered, too.
		select {
		case answer := <-ex.answer:
			answer.write(out, r, s)
		default:
			out.fail(http.StatusServiceUnavailable, "the service has ended")
		}
	}
}

// refuse says which requests never reach the service.
func (s *server) refuse(r *http.Request) (status int, text string) {
	if (s.loopback || s.hosts != nil) && !netguard.OwnHost(r, s.hosts) {
		return http.StatusMisdirectedRequest, fmt.Sprintf("this server is not called %s; its option hosts lists other names than localhost", visible.Quote(r.Host))
	}
	if s.origins != nil && s.origins.Check(r) != nil {
		return http.StatusForbidden, "a page of another site may not send this request"
	}
	if r.ContentLength > int64(s.limits.maxBody) {
		return http.StatusRequestEntityTooLarge, s.tooLarge()
	}
	return 0, ""
}

// start posts the task that handles a request.
func (s *server) start(ex *exchange) (status int, text string) {
	if s.requests.Add(1) > int64(s.limits.maxRequests) {
		s.requests.Add(-1)
		return http.StatusServiceUnavailable, "too many requests are being handled"
	}
	if !host.Request(s.lib.state, ex.request.Method+" "+ex.request.URL.Path, traceOf(ex.request), ex.run, ex.ended) {
		s.requests.Add(-1)
		return http.StatusServiceUnavailable, "the service has ended"
	}
	return 0, ""
}

// traceOf gives the trace that a request says it belongs to.
func traceOf(r *http.Request) host.TraceContext {
	return host.TraceContext{Parent: r.Header.Get(host.TraceparentHeader), State: strings.Join(r.Header.Values(host.TracestateHeader), ",")}
}
