package access

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"lunarium/console/secret"
	"lunarium/runtime/worded"
)

// This file writes the log of changes.

// Audit is the log of what was changed, by whom, and of who came in: a file that is only
// appended to. On nil, which keeps none, methods may be called, too.
type Audit struct {
	path    string
	secrets *secret.Names // whose values are not written

	mu     sync.Mutex
	file   *os.File
	closed bool
	broken bool // the last line may be a part of one
	last   uint64
}

// Author is who does something, and where.
type Author struct {
	Who     *Principal
	Session uint64 // as the command sessions numbers it; 0: none has been opened
	Kind    string // shell, telnet, page, ...
	From    string // the other end of its connection
}

// What the lines of the log tell of, their "msg".
const (
	changeBegins = "change begins"
	changeEnded  = "change ended"
	lineRefused  = "refused"
	keptOut      = "kept out"
	sessionBegan = "session begins"
	sessionEnded = "session ended"
)

// OpenAudit opens the log, and makes it if it is not there. The values of secrets are not
// written.
func OpenAudit(path string, secrets *secret.Names) (*Audit, error) {
	a := &Audit{path: path, secrets: secrets}
	return a, a.open()
}

// open opens the file that is at the path now. The lock is held, or nobody else has the log.
func (a *Audit) open() error {
	if info, err := os.Stat(a.path); err == nil && !info.Mode().IsRegular() { // opening a pipe would wait
		return fmt.Errorf("the audit log %s is no regular file", a.path)
	}
	file, err := os.OpenFile(a.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("the audit log %s: %s", a.path, worded.FileText(err))
	}
	if a.file != nil {
		a.file.Close()
	}
	a.file = file
	return nil
}

// follow opens the file at the path if it is another one, as after its rotation. The lock is
// held.
func (a *Audit) follow() error {
	if a.closed {
		return fmt.Errorf("the audit log %s: %w", a.path, fs.ErrClosed)
	}
	there, err := os.Stat(a.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the audit log %s: %s", a.path, worded.FileText(err))
	}
	if err == nil {
		if ours, err := a.file.Stat(); err == nil && os.SameFile(there, ours) {
			return nil
		}
	}
	return a.open()
}

// Close closes the log.
func (a *Audit) Close() error {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	return a.file.Close()
}

// entry is a line of the log.
type entry struct {
	Time    time.Time `json:"time"`
	Msg     string    `json:"msg"`
	User    string    `json:"user"`
	Role    Role      `json:"role"`
	Session uint64    `json:"session"`
	Kind    string    `json:"kind"`
	From    string    `json:"from"`
	Change  uint64    `json:"change,omitempty"`
	Command string    `json:"command,omitempty"`
	Result  string    `json:"result,omitempty"`
	Seconds float64   `json:"seconds,omitempty"` // that the change took
}

// write appends a line and synchronises it; the entry needs no time and no author.
func (a *Audit) write(what string, by Author, e entry) error {
	if a == nil {
		return nil
	}
	e.Time, e.Msg, e.User, e.Role, e.Session, e.Kind, e.From = time.Now(), what, by.Who.Name(), by.Who.Role(), by.Session, by.Kind, by.From
	text, err := json.Marshal(e)
	if err != nil {
		return a.failed(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.follow(); err != nil {
		return err
	}
	if a.broken {
		text = append([]byte("\n"), text...)
	}
	a.broken = true
	if _, err := a.file.Write(append(text, '\n')); err != nil {
		return a.failed(err)
	}
	a.broken = false
	if err := a.file.Sync(); err != nil {
		return a.failed(err)
	}
	return nil
}

func (a *Audit) failed(err error) error {
	return fmt.Errorf("the audit log %s: %s", a.path, worded.FileText(err))
}

// change is a change that has begun.
type change struct {
	audit *Audit
	by    Author
	what  entry
	since time.Time
}

// begin notes that a line is about to change something. When it can't be noted the line must
// not run.
func (a *Audit) begin(by Author, line string) (*change, error) {
	if a == nil {
		return &change{}, nil
	}
	a.mu.Lock()
	a.last++
	c := &change{a, by, entry{Change: a.last, Command: a.secrets.Text(line)}, time.Now()}
	a.mu.Unlock()
	if err := a.write(changeBegins, by, c.what); err != nil {
		return nil, fmt.Errorf("this was not run, as it can't be noted: %w", err)
	}
	return c, nil
}

// end notes how the change ended.
func (c *change) end(result error) error {
	e := c.what
	e.Result, e.Seconds = c.audit.resultText(result), time.Since(c.since).Seconds()
	if err := c.audit.write(changeEnded, c.by, e); err != nil {
		return fmt.Errorf("this was run, but how it ended can't be noted: %w", err)
	}
	return nil
}

func (a *Audit) resultText(result error) string {
	switch {
	case a == nil:
		return ""
	case result == nil:
		return "ok"
	}
	return a.secrets.Text(worded.Text(result))
}

// Permit runs what somebody asks for, which takes a role, if they have it: what is its name, such
// as "kill", and line the whole of it. What changes the node is noted, before and after; it does
// not run if that can't be written.
func (a *Audit) Permit(by Author, needs Role, what, line string, run func() error) error {
	if err := by.Who.May(needs, what); err != nil {
		a.Refused(by, line, err)
		return err
	}
	if needs < Operator {
		return run()
	}
	c, err := a.begin(by, line)
	if err != nil {
		return err
	}
	err = run()
	if unnoted := c.end(err); unnoted != nil {
		return errors.Join(err, unnoted)
	}
	return err
}

// Came notes that a session begins, and gives what notes its end. A full disk keeps nobody from
// looking: what can't be noted is passed over.
func (a *Audit) Came(by Author) (left func()) {
	_ = a.write(sessionBegan, by, entry{})
	return sync.OnceFunc(func() { _ = a.write(sessionEnded, by, entry{}) })
}

// Refused notes a line that somebody may not run, with the reason.
func (a *Audit) Refused(by Author, line string, why error) {
	// Nothing is done that would have to be noted, and whoever asked hears the reason.
	if a != nil {
		_ = a.write(lineRefused, by, entry{Command: a.secrets.Text(line), Result: a.resultText(why)})
	}
}
