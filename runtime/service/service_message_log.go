package service

import (
	"context"
	"errors"
	"os"
)

// This file holds how a service's messages come to be logged.

// LogMessages writes a line for each message that the service gets from now on
// to a file: time, source, type, session, values. "" ends that. The error is the
// file system's, or Do's.
func (s Tracing) LogMessages(ctx context.Context, path string) error {
	var log *messageLog
	if path != "" {
		file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
		if err != nil {
			return err
		}
		log = newMessageLog(file, s.node.clock.Now(), s.CommandLine())
	}
	var closing error
	err := s.do(ctx, func() {
		closing = s.closeLog()
		s.log = log
		if log != nil {
			closing = errors.Join(closing, log.out.Flush())
		}
	})
	if err != nil && log != nil {
		_ = log.file.Close()
	}
	return errors.Join(err, closing)
}

// LoggingMessages tells whether LogMessages is writing.
func (s Tracing) LoggingMessages(ctx context.Context) (on bool, err error) {
	err = s.do(ctx, func() { on = s.log != nil })
	return on, err
}

func (s *core) closeLog() error {
	if s.log == nil {
		return nil
	}
	log := s.log
	s.log = nil
	return log.close(s.node.clock.Now())
}
