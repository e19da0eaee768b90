package service

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// messageLog is a file that takes a line for each message that a service gets
// (skynet's LOGON). It belongs to the service's worker.
type messageLog struct {
	file *os.File
	out  *bufio.Writer
}

// LogMessages writes a line for each message that the service gets from now on
// to a file: time, source, type, session, values. "" ends that. The error is the
// file system's, or Do's.
func (s *Service) LogMessages(ctx context.Context, path string) error {
	var log *messageLog
	if path != "" {
		file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
		if err != nil {
			return err
		}
		log = &messageLog{file: file, out: bufio.NewWriter(file)}
		fmt.Fprintf(log.out, "open %s %s\n", s.node.clock.Now().UTC().Format(logTime), s.CommandLine())
	}
	var closing error
	err := s.Do(ctx, func(*vm.State) {
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
func (s *Service) LoggingMessages(ctx context.Context) (on bool, err error) {
	err = s.Do(ctx, func(*vm.State) { on = s.log != nil })
	return on, err
}

const logTime = "2006-01-02T15:04:05.00"

// write adds a message. A file that can't be written to any more is not
// warned of for each message.
func (l *messageLog) write(n *Node, m *message.Message) {
	fmt.Fprintf(l.out, "%s %s %s %d %s\n", n.clock.Now().UTC().Format(logTime), m.Source, m.Type, m.Session, n.preview(m.Payload))
	_ = l.out.Flush()
}

func (s *Service) closeLog() error {
	if s.log == nil {
		return nil
	}
	log := s.log
	s.log = nil
	fmt.Fprintf(log.out, "close %s\n", s.node.clock.Now().UTC().Format(logTime))
	return errors.Join(log.out.Flush(), log.file.Close())
}
