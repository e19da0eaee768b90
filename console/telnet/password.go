package telnet

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"time"
)

// This file asks for the password.

const (
	maxTries    = 3
	maxPassword = 1024
)

var errGivenUp = errors.New("no password given")

// authenticate asks for the password. It reports whether the client knows it.
func (s *Server) authenticate(ctx context.Context, c *Conn) bool {
	want := sha256.Sum256(s.cfg.Password)
	for try := 1; ; try++ {
		if c.Kind() != Plain {
			_, _ = io.WriteString(c, "Password: ")
		}
		line, err := c.readSecret()
		if err != nil {
			return false
		}
		if c.Kind() == Editor {
			_, _ = io.WriteString(c, "\r\n")
		}
		got := sha256.Sum256(line)
		if subtle.ConstantTimeCompare(got[:], want[:]) == 1 {
			return true
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

// readSecret reads one line straight from the connection, so that nothing
// typed after it is lost to a reader that does not live on.
func (c *Conn) readSecret() ([]byte, error) {
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
			line = line[:max(0, len(line)-1)]
		case c.Kind() == Editor && b == 0x15:
			line = line[:0]
		case len(line) < maxPassword:
			line = append(line, b)
		}
	}
}
