package service

import "time"

// timesInspection measures for Config.Inspected what is done until noted is called.
func (n *Node) timesInspection() (noted func()) {
	if n.config.Inspected == nil {
		return func() {}
	}
	thread, spent := threadTime()
	begun := time.Now()
	return func() {
		took := time.Since(begun)
		// Go moves what lasts to another thread, now and then; then the real time, which
		// is more, has to do.
		if now, ended := threadTime(); now == thread {
			took = ended - spent
		}
		n.config.Inspected(took)
	}
}
