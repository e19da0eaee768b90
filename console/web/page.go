package web

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"time"

	"lunarium/console/access"
	"lunarium/console/secret"
	"lunarium/runtime/service"
)

// This file holds a page: what a tab of a browser has and is shown.

// page is one tab of a browser. It is open while a stream of events is attached
// to it and for a while after, so that a reconnecting tab finds its session.
type page struct {
	server   *Server
	id       string // a secret of the tab
	from     string // the address that it was opened from
	who      *access.Principal
	ctx      context.Context
	end      context.CancelFunc
	terminal *terminal
	asking   chan struct{} // is taken by what asks services; has room for one

	mu       sync.Mutex
	room     sync.Cond // the console's output was taken, or the page has ended
	view     view
	viewed   chan struct{} // the view has changed; has room for one
	news     chan struct{} // output, state or logs; has room for one
	output   []byte
	prompt   *promptState // not told yet
	logs     []logRow
	skipped  int         // log lines that found no room
	streams  []*attached // the oldest first
	left     uint64      // when it was made or its last stream ended, as the server counts
	expiring *time.Timer
	pictures map[int]string // the last ones that the session has shown, by number
	pictured int            // the number of the last one
}

// attached is a stream of events that a page has.
type attached struct{ end context.CancelFunc }

// promptState is what the page's input line shows.
type promptState struct {
	Prompt string `json:"prompt"`
	Busy   bool   `json:"busy"`
}

const (
	outputRoom = 1 << 20 // bytes of the console's output that a page may hold
	logRoom    = 500     // log lines
	firstLogs  = 200     // that a new page is shown
	// mostStreams a page may have: a tab needs one, and a second while it reconnects.
	mostStreams = 3
	// keepPage is how long a page without a stream stays.
	keepPage = time.Minute
)

// hidden are the names whose values who is at the page does not see; nil: none.
func (p *page) hidden() *secret.Names { return p.who.Hidden(p.server.config.Secrets) }

// unseen tells whether a page has no stream, and since when, as the server counts.
func (p *page) unseen() (left uint64, yes bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.left, len(p.streams) == 0
}

// close ends the page and its session; nobody finds it afterwards.
func (p *page) close() {
	p.server.forget(p)
	p.end()
}

// attach notes a stream, which end ends; detach must follow. When there are too many,
// the oldest one ends.
func (p *page) attach(end context.CancelFunc) *attached {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expiring.Stop()
	stream := &attached{end}
	p.streams = append(p.streams, stream)
	if len(p.streams) > mostStreams {
		p.streams[0].end()
		p.streams = slices.Delete(p.streams, 0, 1)
	}
	return stream
}

func (p *page) detach(stream *attached) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := slices.Index(p.streams, stream)
	if at < 0 {
		return
	}
	if p.streams = slices.Delete(p.streams, at, at+1); len(p.streams) == 0 {
		p.left = p.server.leaving.Add(1)
		p.expiring.Reset(keepPage)
	}
}

// Write takes what the session writes; it waits while the browser is slow.
func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.output) > 0 && len(p.output)+len(b) > outputRoom && p.ctx.Err() == nil {
		p.room.Wait()
	}
	if p.ctx.Err() == nil {
		p.output = append(p.output, b...)
		wake(p.news)
	}
	return len(b), nil
}

// A frame in the page's output: its text stands between the first and the second, which no
// session writes by itself, in the place of the frame before; the third leaves that where
// it stands.
const (
	frameBegins = "\x1b_frame\x1b\\"
	frameEnds   = "\x1b_end\x1b\\"
	frameStays  = "\x1b_stay\x1b\\"
)

// frame shows a text in the place of the one before, as line.Reader's does.
func (p *page) frame(text string) {
	if text == "" {
		p.Write([]byte(frameStays))
		return
	}
	p.Write([]byte(frameBegins + text + "\n" + frameEnds))
}

// A picture in the page's output: its number stands between both.
const (
	pictureBegins = "\x1b_picture\x1b\\"
	pictureEnds   = "\x1b_seen\x1b\\"
)

const (
	// mostPictures is how many a page keeps, and mostPicture the bytes of the largest.
	mostPictures = 4
	mostPicture  = 4 << 20
)

// picture shows an SVG below the output so far.
func (p *page) picture(svg string) {
	if len(svg) > mostPicture {
		return
	}
	p.mu.Lock()
	if p.pictures == nil {
		p.pictures = map[int]string{}
	}
	p.pictured++
	number := p.pictured
	p.pictures[number] = svg
	delete(p.pictures, number-mostPictures)
	p.mu.Unlock()
	p.Write([]byte(pictureBegins + strconv.Itoa(number) + pictureEnds))
}

// shown gives a picture; false: it is not kept any more.
func (p *page) shown(number int) (svg string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	svg, ok = p.pictures[number]
	return svg, ok
}

func (p *page) state(prompt string, busy bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.prompt = &promptState{prompt, busy}
	wake(p.news)
}

// log takes a line of the node's log.
func (p *page) log(e service.LogEntry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.logs) >= logRoom {
		p.skipped++
	} else {
		p.logs = append(p.logs, logRowOf(e, p.hidden()))
	}
	wake(p.news)
}

func (p *page) show(v view) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.view = v
	p.terminal.columns.Store(int64(min(max(v.Columns, 0), 1000)))
	wake(p.viewed)
}

// showAnew has the page show what a tab has, if that is looked at.
func (p *page) showAnew(tab string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.view.Tab == tab {
		wake(p.viewed)
	}
}

// event is one message to the browser.
type event struct {
	name string
	data any
}

// outputEvent is console output or a prompt.
type outputEvent struct {
	Text string `json:"text"`
}

// logsEvent is new lines of the log.
type logsEvent struct {
	Rows    []logRow `json:"rows"`
	Skipped int      `json:"skipped"`
}

// take gives what has happened since the last take. Output comes before the
// prompt that follows it.
func (p *page) take() (events []event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.output) > 0 {
		events = append(events, event{"output", outputEvent{string(p.output)}})
		p.output = nil
		p.room.Broadcast()
	}
	if p.prompt != nil {
		events = append(events, event{"prompt", p.prompt})
		p.prompt = nil
	}
	if len(p.logs) > 0 || p.skipped > 0 {
		events = append(events, event{"logs", logsEvent{p.logs, p.skipped}})
		p.logs, p.skipped = nil, 0
	}
	return events
}

// looks gives what the page shows of a sample.
func (p *page) looks(now *look) []event {
	p.mu.Lock()
	v := p.view
	p.mu.Unlock()
	clock := p.server.config.Node.Clock()
	events := []event{{"node", nodeEvent{
		now.point, clock.Elapsed().Seconds(), p.server.config.Node.DeadLetters().Total(), p.server.sampler.every().Seconds(),
	}}}
	switch v.Tab {
	case "services":
		events = append(events, event{"services", v.list(now, p.server.sampler.memory)})
	case "timers":
		events = append(events, event{"timers", timers(p.server.config.Node, 0)})
	case "waits":
		if list := p.server.waits.now(); list != nil {
			events = append(events, event{"waits", list})
		}
	case "crashes":
		events = append(events, event{"crashes", p.server.crashes(p.hidden())})
	}
	if v.Service != 0 {
		events = append(events, event{"service", p.server.describe(p.ctx, now, &v, p.hidden())})
	}
	return events
}

// nodeEvent is the node's latest point.
type nodeEvent struct {
	point
	Elapsed float64 `json:"elapsed"` // seconds, by the node's clock
	Dead    uint64  `json:"dead"`    // messages that nobody handled
	Every   float64 `json:"every"`   // seconds between two samples
}

// encode writes an event in the form of server-sent events. JSON has no line
// breaks outside strings, where they are escaped.
func (e *event) encode() ([]byte, error) {
	data, err := json.Marshal(e.data)
	if err != nil {
		return nil, err
	}
	return append(append([]byte("event: "+e.name+"\ndata: "), data...), "\n\n"...), nil
}
