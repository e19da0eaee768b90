package line

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/natefinch/atomic"
)

// This file keeps the lines that were entered.

const (
	historyLines = 1000
	// historyLine is the longest line worth keeping, in bytes.
	historyLine = 4096
)

// history holds the lines entered, oldest first, at most historyLines of them,
// and appends to its file, if it has one. Only the session's goroutine adds;
// the editing goroutine reads between two adds.
type history struct {
	lines []string
	file  *os.File
}

// openHistory loads path, or keeps the history in memory if path is "". A file
// that has grown to twice the limit is rewritten.
func openHistory(path string) (*history, error) {
	h := &history{}
	if path == "" {
		return h, nil
	}
	total, err := h.load(path)
	if err != nil {
		return h, err
	}
	if total > 2*historyLines {
		if err := h.rewrite(path); err != nil {
			return h, err
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return h, fmt.Errorf("history: %w", err)
	}
	h.file, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return h, fmt.Errorf("history: %w", err)
	}
	return h, nil
}

func (h *history) load(path string) (total int, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("history: %w", err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(make([]byte, 4096), MaxLine)
	for sc.Scan() {
		total++
		h.push(sc.Text())
	}
	if err := sc.Err(); err != nil {
		return total, fmt.Errorf("history %s: %w", path, err)
	}
	return total, nil
}

// rewrite replaces the file at once, so that a crash loses nothing.
func (h *history) rewrite(path string) error {
	if err := atomic.WriteFile(path, strings.NewReader(strings.Join(h.lines, "\n")+"\n")); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	return nil
}

// push keeps line unless it is blank, repeats the last one, or could not be
// shown on one line. It reports whether it was kept.
func (h *history) push(line string) bool {
	if strings.TrimSpace(line) == "" || len(line) > historyLine || !utf8.ValidString(line) {
		return false
	}
	if strings.ContainsFunc(line, func(r rune) bool { return r < 0x20 || r == 0x7f || r >= cursorMark }) {
		return false
	}
	if n := len(h.lines); n > 0 && h.lines[n-1] == line {
		return false
	}
	h.lines = append(h.lines, line)
	if len(h.lines) > historyLines {
		h.lines = h.lines[1:]
	}
	return true
}

// add keeps line in memory and on disk. A failing disk costs the history only.
func (h *history) add(line string) {
	if h.push(line) && h.file != nil {
		_, _ = h.file.WriteString(line + "\n")
	}
}

func (h *history) close() error {
	if h.file == nil {
		return nil
	}
	return h.file.Close()
}
