package web

import (
	"context"
	"sync"
	"time"

	"lunarium/console"
	"lunarium/console/command"
	"lunarium/console/render"
	"lunarium/inspect/waits"
)

// This file asks who waits for whom, for all pages that show it.

// waitsWatch asks a node's services who waits for whom while a page shows that, and no
// more often than samples are taken.
type waitsWatch struct {
	wanted chan struct{} // has room for one
	told   func()        // is called when there is something newer

	mu     sync.Mutex
	latest *command.WaitsList // nil: nobody has asked yet
	next   time.Time          // before which nobody is asked again
}

// waitsTime bounds a look.
const waitsTime = console.DefaultLimit

func newWaitsWatch(told func()) *waitsWatch {
	return &waitsWatch{wanted: make(chan struct{}, 1), told: told}
}

// now gives the latest look, and has the node asked anew if that is some time ago; nil:
// there was none yet.
func (w *waitsWatch) now() *command.WaitsList {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !time.Now().Before(w.next) {
		wake(w.wanted)
	}
	return w.latest
}

// run asks when it is wanted, until ctx ends.
func (w *waitsWatch) run(ctx context.Context, s *sampler) {
	by := console.Teller{Node: s.node, Palette: render.NewPalette(true)}
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.wanted:
		}
		begun := time.Now()
		asking, cancel := context.WithTimeout(ctx, waitsTime)
		list := command.ListWaits(by, waits.Collect(asking, s.node), waitsTime)
		cancel()
		w.mu.Lock()
		w.latest = &list
		w.next = time.Now().Add(max(s.usual, sampleShare*time.Since(begun)))
		w.mu.Unlock()
		w.told()
	}
}

// wake has a channel with room for one tell something.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
