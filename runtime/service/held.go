package service

import "time"

// notesHeld measures for Config.Held what is done until noted is called.
func (n *Node) notesHeld() (noted func()) {
	if n.config.Held == nil {
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
		n.config.Held(took)
	}
}
