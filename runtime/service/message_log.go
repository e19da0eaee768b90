package service

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"time"

	"lunarium/runtime/message"
)

// This file holds the file that takes a line for each message of a service.

// messageLog is a file that takes a line for each message that a service gets
// (skynet's LOGON). It belongs to the service's worker.
type messageLog struct {
	file *os.File
	out  *bufio.Writer
}

func newMessageLog(file *os.File, now time.Time, commandLine string) *messageLog {
	l := &messageLog{file: file, out: bufio.NewWriter(file)}
	fmt.Fprintf(l.out, "open %s %s\n", now.UTC().Format(logTime), commandLine)
	return l
}

// write adds a message. A file that can't be written to any more is not
// warned of for each message.
func (l *messageLog) write(now time.Time, m *message.Message, values string) {
	fmt.Fprintf(l.out, "%s %s %s %d %s\n", now.UTC().Format(logTime), m.Source, m.Type, m.Session, values)
	_ = l.out.Flush()
}

func (l *messageLog) close(now time.Time) error {
	fmt.Fprintf(l.out, "close %s\n", now.UTC().Format(logTime))
	return errors.Join(l.out.Flush(), l.file.Close())
}

const logTime = "2006-01-02T15:04:05.00"
