package console

import (
	"os"

	"lunarium/console/replay"
	"lunarium/runtime/service"
)

// This file lets tests of whole sessions, which stand outside the package, look in.

// Unsettled tells whether the node did not finish in time what the last line set off.
func (s *Session) Unsettled() bool { return s.operator.unsettled }

// RecordPaced records as on a node with the real clock, whatever clock it has.
func (s *Session) RecordPaced(file *os.File) {
	o := s.operator
	clock := o.node.Clock()
	paced := &replay.Clock{Start: clock.Start(), Elapsed: clock.Elapsed, Tick: service.Tick}
	o.recording = o.newRecording(file, paced)
	o.Screen.Copy(o.recording)
}

// Operator is what the session's commands work for.
func (s *Session) Operator() *Operator { return s.operator }
