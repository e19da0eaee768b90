package console

import (
	"context"
	"errors"
	"fmt"
	"os"
)

var errRemote = errors.New("a remote session can't use the server's files")

// recorder copies a session into a transcript.
type recorder struct {
	file *os.File
}

func recordTo(_ context.Context, s *Session, args string) error {
	switch {
	case args == "":
		return usageError("record", s.table)
	case s.Remote:
		return errRemote
	case args == "off":
		if s.recorder == nil {
			return errors.New("nothing is being recorded")
		}
		name := s.recorder.file.Name()
		s.stopRecording()
		s.println("recorded in " + name)
		return nil
	}
	if err := s.Record(args); err != nil {
		return err
	}
	return nil
}

// Record begins a transcript of the session in a file.
func (s *Session) Record(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("cannot record to %s: %s", path, reason(err))
	}
	s.stopRecording()
	clock := "real"
	if s.node.Clock().Virtual() {
		clock = "virtual"
	}
	fmt.Fprintf(file, "$ lunarium --clock %s\n", clock)
	s.recorder = &recorder{file: file}
	s.Screen.Copy(file)
	return nil
}

// record writes an input line to the transcript.
func (s *Session) record(line string) {
	if s.recorder != nil && line != "record off" {
		fmt.Fprintln(s.recorder.file, "> "+line)
	}
}

func (s *Session) stopRecording() {
	if s.recorder == nil {
		return
	}
	s.Screen.Copy(nil)
	s.recorder.file.Close()
	s.recorder = nil
}
