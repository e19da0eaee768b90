package console

import (
	"context"
	"errors"
	"fmt"

	"lunarium/console/replay"
	"lunarium/runtime/service"
)

// This file records a session as a transcript.

var errRemote = errors.New("a remote session can't use the server's files")

// recording is a transcript that a session writes.
type recording struct {
	*replay.Recorder
	stop func() // following the clock
}

func recordTo(_ context.Context, s *Session, args string) error {
	switch {
	case args == "":
		return usageError("record", s.table)
	case s.Remote:
		return errRemote
	case args == "off":
		if s.recording == nil {
			return errors.New("nothing is being recorded")
		}
		name := s.recording.Name()
		s.stopRecording()
		return s.reply(map[string]string{"recorded": name}, "recorded in "+name)
	}
	return s.Record(args)
}

// Record begins a transcript of the session in a file.
func (s *Session) Record(path string) error {
	if err := s.mayWrite(path); err != nil {
		return fmt.Errorf("cannot record to %s: %w", path, err)
	}
	file, replaces, err := replay.Create(path)
	if err != nil {
		return err
	}
	s.stopRecording()
	if replaces {
		s.reply(map[string]string{"replaced": path}, "the transcript that was in "+path+" is replaced")
	}
	s.recording = newRecording(replay.NewRecorder(file, recordedClock(s.node.Clock())), s.node.Clock(), s.client)
	s.recording.Begin(s.Flags, s.Greeting)
	s.Screen.Copy(s.recording)
	return nil
}

// recordedClock is what a recording follows of a node's clock.
func recordedClock(clock *service.Clock) *replay.Clock {
	if clock.Virtual() {
		return nil
	}
	return &replay.Clock{Start: clock.Start(), Elapsed: clock.Elapsed, Tick: service.Tick}
}

// newRecording tells a recorder when the client's commands do nothing but wait.
func newRecording(r *replay.Recorder, clock *service.Clock, client *service.Client) *recording {
	stop := clock.Watch(func(e service.TimerEvent) {
		if e.What == "fired" && clock.AtRest() && client.IsWaiting(context.Background()) {
			r.Waited()
		}
	})
	return &recording{r, stop}
}

// record writes an input line to the transcript.
func (s *Session) record(line string) {
	if s.recording != nil && line != "record off" {
		s.recording.Input(line)
	}
}

// recorded tells the transcript that a line was dealt with.
func (s *Session) recorded() {
	if s.recording != nil {
		s.recording.Answered()
	}
}

// paced tells whether a transcript of the session is written in which time passes by
// itself.
func (s *Session) paced() bool { return s.recording != nil && s.recording.Paced() }

func (s *Session) stopRecording() {
	if s.recording == nil {
		return
	}
	s.Screen.Copy(nil)
	s.recording.stop()
	s.recording.Close()
	s.recording = nil
}
