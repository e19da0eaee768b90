package service

import (
	"lunarium/runtime/message"
	"lunarium/runtime/visible"
)

// This file holds a service's flight recorder: how the messages that it takes come into its
// ring, and what people are told of them.

// record records a message that has been taken and gives its number, 0 when nothing is
// recorded. Questions of people to the service, which w is then, are no messages of the
// program.
func (s *core) record(m *message.Message, w *work) uint64 {
	posted := w != nil && w.posted == TaskPosted
	limit := s.recordLimit()
	if limit == 0 || w != nil && w.body != nil && !posted {
		if limit == 0 && len(s.written.records) > 0 {
			s.dropRing()
		}
		s.countOther()
		return 0
	}
	number := s.recorded.Load() + 1
	s.awaitReader()
	s.makeRing(limit, number)
	rec := s.written.begin(number)
	rec.taken = s.about()
	rec.waited, rec.source, rec.session, rec.typ = microsOf(rec.taken-m.Sent), m.Source, m.Session, m.Type
	switch {
	case posted:
		rec.kind = kindPosted
		rec.args = uint8(copy(rec.room[:argsRoom], w.what))
	case m.Packed:
		rec.kind = kindPacked
		rec.args = uint8(copy(rec.room[:argsRoom], m.Raw))
		if len(m.Raw) > argsRoom {
			rec.kind |= kindCut
		}
	default:
		n, whole := message.Excerpt(rec.room[:argsRoom], m.Values)
		rec.args = uint8(n)
		if !whole {
			rec.kind = kindCut
		}
	}
	s.recorded.Store(number)
	return number
}

// countOther counts a message that is not recorded.
func (s *core) countOther() { s.others.Store(s.others.Load() + 1) }

// awaitReader lets a reader finish; the worker's, before it writes.
func (s *core) awaitReader() {
	if s.reading.Load() {
		s.reader.Lock()
		defer s.reader.Unlock()
	}
}

// makeRing sees to it that there is a place for the record of a number. A ring that may
// grow does so while it has a place left, so that nothing makes way before it must.
func (s *core) makeRing(limit int, number uint64) {
	w := &s.written
	size := len(w.records)
	if size == 0 || size > limit || size < limit && w.next >= size-1 {
		s.renewRing(limit, number)
	}
}

// recordOf gives the record of a number that can still be written; nil when there is none.
func (s *core) recordOf(number uint64) *messageRecord {
	if number == 0 {
		return nil
	}
	s.awaitReader()
	return s.written.find(number, s.recorded.Load())
}

// recordReply records what a message was answered with.
func (s *core) recordReply(number uint64, p *message.Payload) {
	rec := s.recordOf(number)
	if rec == nil {
		return
	}
	room := rec.answerRoom()
	if p.Packed {
		rec.replied, rec.answer = uint8(copy(room, p.Raw)), answerPacked
	} else {
		n, _ := message.Excerpt(room, p.Values)
		rec.replied, rec.answer = uint8(n), answerValues
	}
	s.recordAnswered(rec)
}

// recordRefusal records the error that a message was answered with later.
func (s *core) recordRefusal(number uint64, text string) {
	if rec := s.recordOf(number); rec != nil {
		rec.replied, rec.answer = uint8(copy(rec.answerRoom(), text)), answerFailed
		s.recordAnswered(rec)
	}
}

// answerRoom is where an answer goes, behind the message, and the error of an end that
// came before it.
func (rec *messageRecord) answerRoom() []byte {
	if rec.reached(stageEnded) {
		return rec.room[int(rec.args)+int(rec.erred):]
	}
	return rec.room[rec.args:]
}

// recordAnswered notes that a record has its answer. While the handler runs, who reads is
// not told of it at once: mostly it ends right after, and to tell takes as long as to write.
func (s *core) recordAnswered(rec *messageRecord) {
	if rec.reached(stageEnded) {
		rec.later = max(1, microsOf(s.about()-rec.taken))
		rec.reach(stageAnswered)
		return
	}
	s.tellAnswer()
	rec.later = 0
	s.written.untold = rec
}

// tellAnswer tells readers of the answer that a record has got, before its handler gives
// way.
func (s *core) tellAnswer() {
	if rec := s.written.untold; rec != nil {
		s.written.untold = nil
		rec.reach(stageAnswered)
	}
}

// recordEnd records that the handler of a message, with a command, has ended, and the
// error that it ended with; and tells those who follow.
func (s *core) recordEnd(number uint64, command, err string) {
	rec := s.recordOf(number)
	if rec == nil {
		return
	}
	before, stage := int(rec.args), uint64(stageEnded)
	if s.written.untold == rec {
		s.written.untold = nil
		stage |= stageAnswered
	}
	if stage&stageAnswered != 0 || rec.reached(stageAnswered) {
		before += int(rec.replied)
	}
	rec.took, rec.erred = s.about()-rec.taken, uint8(copy(rec.room[before:], err))
	rec.reach(stage)
	if f := &s.node.recorder.followers; f.any() {
		f.tell(s, rec, command)
	}
}

// Messages gives up to most of the latest messages that the service has taken, the oldest
// first; and how many it has taken while they were recorded. It asks nothing of the
// service, and so does not wait for it.
func (s *core) Messages(most int) (list []Handled, recorded uint64) {
	recorded = s.recorded.Load()
	return s.ofRing(most, func(*messageRecord) bool { return true }), recorded
}

// Recorded is how many messages the service has taken while they were recorded.
func (s *core) Recorded() uint64 { return s.recorded.Load() }

// ofRing gives those of the latest messages that are wanted.
func (s *core) ofRing(most int, wanted func(*messageRecord) bool) []Handled {
	var list []Handled
	for _, rec := range s.latest(most) {
		if wanted(rec) {
			list = append(list, s.node.handled(s.address, rec))
		}
	}
	return list
}

// handled tells people of a record, which is theirs.
func (n *Node) handled(of message.Address, rec *messageRecord) Handled {
	h := Handled{
		Number: rec.number, Time: n.clock.Start().Add(rec.taken), Service: of, Name: n.NameOf(of),
		Source: rec.source, Type: rec.typ.String(), Session: rec.session,
		Whole: rec.kind&kindCut == 0, Queued: rec.waited.duration(),
	}
	args := string(rec.room[:rec.args])
	switch {
	case rec.kind&kindPosted != 0:
		h.From, h.Type, h.Args = "outside", "outside", args
	default:
		if rec.source != 0 {
			h.From = n.NameOf(rec.source)
		}
		h.Args = excerptText(args, rec.typ, rec.kind&kindPacked != 0)
	}
	n.outcome(rec, &h)
	h.Running = !rec.reached(stageEnded)
	h.Took = max(0, rec.took)
	if h.Running {
		h.Took = max(0, n.clock.Elapsed()-rec.taken)
	}
	return h
}

// outcome tells what became of a message.
func (n *Node) outcome(rec *messageRecord, h *Handled) {
	rest := rec.room[rec.args:]
	answered, ended := rec.reached(stageAnswered), rec.reached(stageEnded)
	if ended && (!answered || rec.later > 0) {
		h.Error, rest = string(rest[:rec.erred]), rest[rec.erred:]
	}
	if answered {
		reply := string(rest[:rec.replied])
		rest = rest[rec.replied:]
		h.Answered = rec.later.duration()
		if rec.answer == answerFailed {
			h.Error = reply
		} else {
			h.Reply = excerptText(reply, rec.typ, rec.answer == answerPacked)
		}
	}
	if ended && answered && rec.later == 0 {
		h.Error = string(rest[:rec.erred])
	}
}

// excerptText gives what there is of values as text. Bytes of a service's own making are
// shown as values where they are such, else as a string.
func excerptText(kept string, typ message.Type, raw bool) string {
	if kept == "" {
		return ""
	}
	if text, ok := message.ExcerptText(kept); ok && (!raw || typ == message.TypeLua) {
		return text
	}
	return visible.Quote(kept)
}
