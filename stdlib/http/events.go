package http

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds server-sent events.

// stream is the way of server-sent events to one client (HTML standard, section
// 9.2). The service's thread puts frames into a buffer, the connection's
// goroutine writes them.
type stream struct {
	gone context.Context // ends when the client is gone or the server closes
	end  context.CancelFunc
	news chan struct{} // something is pending; has room for one
	over chan struct{} // the service's function has ended

	mu      sync.Mutex
	pending []byte
	drained []func() // of sends that wait for room
	told    bool     // a send has said that the client is gone; own thread
}

var streams = kit.Kind[*stream]{Name: "stream"}

// streamBuffer is how many bytes may be pending before a send waits.
const streamBuffer = 256 << 10

func newStream(request context.Context, s *server) *stream {
	gone, end := context.WithCancel(request)
	st := &stream{gone: gone, end: end, news: make(chan struct{}, 1), over: make(chan struct{})}
	go func() {
		select {
		case <-s.closed:
			end()
		case <-host.Gone(s.lib.state):
			end()
		case <-gone.Done():
		}
		st.release()
	}()
	return st
}

// send is stream:send(event), a string or {data, event, id, retry}; data that is
// not a string goes as JSON. It waits while the client is slow. false: the
// client is gone; a send after that raises.
func (l *library) send(t *vm.Thread) int {
	st := streams.Check(t, 1)
	if text, ok := vm.ToString(t.CheckAny(2)); ok {
		return st.put(t, frame("", "", 0, text))
	}
	event := t.CheckTable(2)
	name, id := line(t, event, "event"), line(t, event, "id")
	retry, _ := event.GetString("retry").AsNumber()
	data := event.GetString("data")
	if text, ok := vm.ToString(data); ok {
		return st.put(t, frame(name, id, retry, text))
	}
	return l.module(t, "json", "encode", []vm.Value{data}, func(t *vm.Thread) int {
		return st.put(t, frame(name, id, retry, t.CheckString(1)))
	})
}

// line reads a field that must be on one line.
func line(t *vm.Thread, event *vm.Table, field string) string {
	v := event.GetString(field)
	if v.IsNil() {
		return ""
	}
	text, ok := vm.ToString(v)
	if !ok || strings.ContainsAny(text, "\r\n\x00") {
		t.Errorf("an event's %s must be a string of one line", field)
	}
	return text
}

// frame writes an event in the form of the stream.
func frame(name, id string, retry float64, data string) []byte {
	var b strings.Builder
	if name != "" {
		b.WriteString("event: " + name + "\n")
	}
	if id != "" {
		b.WriteString("id: " + id + "\n")
	}
	if retry > 0 {
		fmt.Fprintf(&b, "retry: %d\n", int64(min(retry, kit.Longest.Seconds())*1000))
	}
	data = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(data)
	for part := range strings.SplitSeq(data, "\n") {
		b.WriteString("data: " + part + "\n")
	}
	b.WriteString("\n")
	return []byte(b.String())
}

// put adds a frame to what is pending; own thread.
func (st *stream) put(t *vm.Thread, frame []byte) int {
	if st.isGone() {
		if st.told {
			t.Errorf("the stream's client is gone")
		}
		st.told = true
		return t.Return(vm.False)
	}
	st.mu.Lock()
	full := len(st.pending) > 0 && len(st.pending)+len(frame) > streamBuffer
	if !full {
		st.pending = append(st.pending, frame...)
	}
	st.mu.Unlock()
	if !full {
		st.tell()
		return t.Return(vm.True)
	}
	return host.Watch(t, "a slow client of a stream", func(finish func(func(*vm.Thread) int)) func() {
		st.mu.Lock()
		st.drained = append(st.drained, func() { finish(func(t *vm.Thread) int { return st.put(t, frame) }) })
		st.mu.Unlock()
		st.tell() // it may have been drained in between
		if st.isGone() {
			st.release()
		}
		return nil
	})
}

func (st *stream) tell() {
	select {
	case st.news <- struct{}{}:
	default:
	}
}

func (st *stream) isGone() bool { return st.gone.Err() != nil }

// release lets sends that wait go on.
func (st *stream) release() {
	st.mu.Lock()
	waiting := st.drained
	st.drained = nil
	st.mu.Unlock()
	for _, goOn := range waiting {
		goOn()
	}
}

// wait is stream:wait([seconds]): it suspends the task until the client is gone,
// false, or the time has passed, true.
func (l *library) wait(t *vm.Thread) int {
	st := streams.Check(t, 1)
	limit := time.Duration(-1)
	if !t.Arg(2).IsNil() {
		limit = kit.Duration(t.CheckNumber(2))
	}
	return host.Watch(t, "an event stream's client", func(finish func(func(*vm.Thread) int)) func() {
		ctx, cancel := st.gone, context.CancelFunc(func() {})
		if limit >= 0 {
			ctx, cancel = context.WithTimeout(st.gone, limit)
		}
		stop := context.AfterFunc(ctx, func() {
			finish(func(t *vm.Thread) int { cancel(); return t.Return(vm.Bool(!st.isGone())) })
		})
		return func() { stop(); cancel() }
	})
}

// finish says that the service's function has ended; own thread.
func (st *stream) finish() { close(st.over) }

// serve writes the stream until either side ends it; the connection's goroutine.
func (st *stream) serve(w *writer, s *server) {
	defer st.end()
	header := w.Header()
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "text/event-stream")
	}
	if header.Get("Cache-Control") == "" {
		header.Set("Cache-Control", "no-store")
	}
	header.Set("X-Accel-Buffering", "no") // proxies must pass each event on
	w.WriteHeader(http.StatusOK)
	if w.Flush() != nil {
		return
	}
	beat := time.NewTicker(s.limits.heartbeat)
	defer beat.Stop()
	for {
		var err error
		select {
		case <-st.news:
			err = st.flush(w)
		case <-beat.C:
			if _, err = w.WriteString(":\n\n"); err == nil {
				err = w.Flush()
			}
		case <-st.gone.Done():
			return
		case <-st.over:
			st.flush(w)
			return
		}
		if err != nil {
			return
		}
	}
}

// flush writes what is pending.
func (st *stream) flush(w *writer) error {
	st.mu.Lock()
	frames := st.pending
	st.pending = nil
	st.mu.Unlock()
	st.release()
	if len(frames) == 0 {
		return nil
	}
	if _, err := w.Write(frames); err != nil {
		return err
	}
	return w.Flush()
}
