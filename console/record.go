package console

import (
	"context"
	"errors"
	"fmt"
	"os"

	"lunarium/console/replay"
	"lunarium/runtime/service"
)

// This file records a session as a transcript.

// ErrRemote refuses files of the server to a remote session.
var ErrRemote = errors.New("a remote session can't use the server's files")

// recording is a transcript that a session writes.
type recording struct {
	*replay.Recorder
	stop func() // following the clock, and what services read
}

func recordTo(_ context.Context, o *Operator, args string) error {
	switch {
	case args == "":
		return o.Usage("record")
	case o.Remote:
		return ErrRemote
	case args == "off":
		if o.recording == nil {
			return errors.New("nothing is being recorded")
		}
		name := o.recording.Name()
		o.stopRecording()
		return o.Reply(map[string]string{"recorded": name}, "recorded in "+name)
	}
	return o.recordIn(args)
}

// recordIn begins a transcript of the session in a file.
func (o *Operator) recordIn(path string) error {
	if err := o.Writable(path); err != nil {
		return fmt.Errorf("cannot record to %s: %w", path, err)
	}
	file, replaces, err := replay.Create(path)
	if err != nil {
		return err
	}
	o.stopRecording()
	if replaces {
		o.Reply(map[string]string{"replaced": path}, "the transcript that was in "+path+" is replaced")
	}
	o.recording = o.newRecording(file, recordedClock(o.node.Clock()))
	o.recording.Begin(o.Flags, o.Greeting)
	o.Screen.Copy(o.recording)
	return nil
}

// recordedClock is what a recording follows of a node's clock.
func recordedClock(clock *service.Clock) *replay.Clock {
	if clock.Virtual() {
		return nil
	}
	return &replay.Clock{Start: clock.Start(), Elapsed: clock.Elapsed, Tick: service.Tick}
}

// newRecording begins to write to a file. The recorder is told when the client's commands do nothing but
// wait, and of what services have read.
func (o *Operator) newRecording(file *os.File, followed *replay.Clock) *recording {
	read, clock := o.Readings, o.node.Clock()
	if o.Readings = nil; read == nil {
		read = KeepReadings(o.node)
	}
	r := replay.NewRecorder(file, followed, &read.kept)
	unfollow := clock.Watch(func(e service.TimerEvent) {
		if e.What == "fired" && clock.AtRest() && o.client.IsWaiting(context.Background()) {
			r.Waited()
		}
	})
	return &recording{r, func() {
		unfollow()
		read.stop()
	}}
}

// record writes an input line to the transcript.
func (o *Operator) record(line string) {
	if o.recording != nil && line != "record off" {
		o.recording.Input(line)
	}
}

// recorded tells the transcript that a line was dealt with.
func (o *Operator) recorded() {
	if o.recording != nil {
		o.recording.Answered()
	}
}

// paced tells whether a transcript of the session is written in which time passes by
// itself.
func (o *Operator) paced() bool { return o.recording != nil && o.recording.Paced() }

func (o *Operator) stopRecording() {
	if o.recording == nil {
		return
	}
	o.Screen.Copy(nil)
	o.recording.stop()
	o.recording.Close()
	o.recording = nil
}
