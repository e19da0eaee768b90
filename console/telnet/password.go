package telnet

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"lunarium/console/access"
)

// This file asks who the client is.

const maxTries = 3

var errGivenUp = errors.New("no password given")

// authenticate lets the client in: it asks for the password, and before that for the user's name
// where there are users. It reports whether the client may come in.
func (s *Server) authenticate(ctx context.Context, c *Conn) bool {
	from := c.RemoteAddr().String()
	for try := 1; ; try++ {
		var name, password []byte
		var err error
		if s.cfg.Guard.Named() {
			name, err = c.asked("User: ", true)
		}
		if s.cfg.Guard.Locked() && err == nil {
			password, err = c.asked("Password: ", false)
		}
		if err != nil {
			return false
		}
		c.who, err = s.cfg.Guard.Enter(ctx, c.Kind().String(), from, string(name), string(password))
		switch {
		case err == nil:
			return true
		case errors.Is(err, access.ErrGuesses):
			_, _ = io.WriteString(c, "Too many wrong passwords; wait a minute.\r\n")
			return false
		case !errors.Is(err, access.ErrWrong):
			return false
		}
		s.log.Warn("console: wrong password", "remote", c.RemoteAddr(), "try", try)
		select {
		case <-s.cfg.After(time.Duration(try) * s.cfg.PasswordDelay):
		case <-ctx.Done():
			return false
		}
		if try == maxTries {
			_, _ = io.WriteString(c, "Wrong password; goodbye.\r\n")
			return false
		}
		_, _ = io.WriteString(c, "Wrong password.\r\n")
	}
}

// asked reads a line after a question, which who sends plain lines is not asked.
func (c *Conn) asked(question string, echo bool) ([]byte, error) {
	if c.Kind() != Plain {
		_, _ = io.WriteString(c, question)
	}
	line, err := c.readAnswer(echo && c.Kind() == Editor)
	if err == nil && c.Kind() == Editor {
		_, _ = io.WriteString(c, "\r\n")
	}
	return line, err
}

// readAnswer reads one line straight from the connection, so that nothing
// typed after it is lost to a reader that does not live on. echo: what may be part of a
// user's name is shown.
func (c *Conn) readAnswer(echo bool) ([]byte, error) {
	var line []byte
	one := make([]byte, 1)
	for {
		if _, err := c.Read(one); err != nil {
			return nil, err
		}
		switch b := one[0]; {
		case b == '\r' || b == '\n':
			c.mu.Lock()
			c.skipLF = b == '\r'
			c.mu.Unlock()
			return line, nil
		case c.Kind() == Editor && (b == 0x03 || b == 0x04):
			return nil, errGivenUp
		case c.Kind() == Editor && (b == 0x7f || b == 0x08):
			if echo && len(line) > 0 {
				_, _ = io.WriteString(c, "\b \b")
			}
			line = line[:max(0, len(line)-1)]
		case c.Kind() == Editor && b == 0x15:
			if echo {
				_, _ = io.WriteString(c, strings.Repeat("\b \b", len(line)))
			}
			line = line[:0]
		case echo && (b <= ' ' || b > '~'): // no part of a name
		case len(line) < access.LongestPassword:
			line = append(line, b)
			if echo {
				_, _ = c.Write(line[len(line)-1:])
			}
		}
	}
}
