package console

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"lunarium/console/replay"
)

// This file records a session as a transcript.

var errNoCommand = errors.New(`no "$ lunarium" line`)

var errRemote = errors.New("a remote session can't use the server's files")

// recorder writes a session as a transcript: what package replay reads.
type recorder struct {
	mu      sync.Mutex
	file    *os.File
	partial []byte // of an output line that has not ended
	empty   int    // empty output lines that wait for what follows them
	begin   int64  // of the last input, in the file
	pace    *pace  // of the real clock; nil with the virtual one
}

// escapes are the colours of a terminal.
var escapes = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]")

// Write takes output.
func (r *recorder) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pace.holds() {
		r.pace.meanwhile = append(r.pace.meanwhile, b...)
	} else {
		r.take(b)
	}
	return len(b), nil
}

// take writes the lines that output ends.
func (r *recorder) take(b []byte) {
	r.partial = append(r.partial, b...)
	for {
		i := bytes.IndexByte(r.partial, '\n')
		if i < 0 {
			return
		}
		r.output(string(r.partial[:i]))
		r.partial = r.partial[i+1:]
	}
}

func (r *recorder) output(line string) {
	line = strings.ReplaceAll(escapes.ReplaceAllString(line, ""), "\r", "")
	if line == "" {
		r.empty++
		return
	}
	fmt.Fprint(r.file, strings.Repeat("\n", r.empty))
	r.empty = 0
	fmt.Fprintln(r.file, replay.EscapeOutput([]string{line})[0])
}

// endOutput ends the output of an input.
func (r *recorder) endOutput() {
	if len(r.partial) > 0 {
		r.output(string(r.partial))
		r.partial = nil
	}
	if r.empty > 0 {
		fmt.Fprint(r.file, strings.Repeat("\n", r.empty-1)+"\\\n")
		r.empty = 0
	}
}

// input takes a line that was entered.
func (r *recorder) input(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.endOutput()
	r.catchUp()
	r.write(line)
}

// write writes an input and notes where it begins.
func (r *recorder) write(line string) {
	if at, err := r.file.Seek(0, io.SeekCurrent); err == nil {
		r.begin = at
	}
	fmt.Fprintln(r.file, strings.TrimRight("> "+line, " "))
}

// answered tells that the output of an input is complete; with the real clock,
// what comes now belongs to the time that passes.
func (r *recorder) answered() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.endOutput()
	if r.pace != nil {
		r.pace.state = idle
	}
}

func (r *recorder) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.endOutput()
	r.catchUp()
	if r.pace != nil {
		r.pace.stop()
	}
	r.file.Close()
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
		return s.reply(map[string]string{"recorded": name}, "recorded in "+name)
	}
	if err := s.Record(args); err != nil {
		return err
	}
	return nil
}

// Record begins a transcript of the session in a file.
func (s *Session) Record(path string) error {
	if err := s.mayWrite(path); err != nil {
		return fmt.Errorf("cannot record to %s: %w", path, err)
	}
	replaces, err := replaceable(path)
	if err != nil {
		return err
	}
	s.stopRecording()
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("cannot record to %s: %s", path, fileReason(err))
	}
	if replaces {
		s.reply(map[string]string{"replaced": path}, "the transcript that was in "+path+" is replaced")
	}
	s.recorder = &recorder{file: file}
	words := s.Flags
	if clock := s.node.Clock(); !clock.Virtual() {
		s.recorder.pace = newPace(clock, s.client.IsWaiting)
		fmt.Fprintln(file, pacedNote)
		begin := clock.Start().Add(s.recorder.pace.at)
		words = append([]string{"--epoch", begin.Format(time.RFC3339Nano)}, words...)
	}
	fmt.Fprintf(file, "$ lunarium --clock virtual%s\n", inWords(words))
	s.recorder.Write([]byte(s.Greeting))
	s.recorder.answered()
	s.Screen.Copy(s.recorder)
	return nil
}

// replaceable tells whether a recording replaces a transcript. Nothing else is
// overwritten: the error says so.
func replaceable(path string) (bool, error) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return false, nil // what is wrong with it is seen when it is opened
	}
	file, err := os.Open(path)
	if err != nil {
		return false, fmt.Errorf("cannot record to %s: %s", path, fileReason(err))
	}
	defer file.Close()
	if t, err := replay.Parse(path, file); err != nil || t.Command == "" {
		return false, fmt.Errorf("cannot record to %s: it is there, and is no transcript (%w); record to a new file", path, cmp.Or(err, errNoCommand))
	}
	return true, nil
}

// inWords writes flags as words that a transcript reads back.
func inWords(flags []string) string {
	text := ""
	for _, word := range flags {
		if strings.Trim(word, safe) != "" || word == "" {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		text += " " + word
	}
	return text
}

// safe are the letters of words that need no quotes.
const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:@,%"

// record writes an input line to the transcript.
func (s *Session) record(line string) {
	if s.recorder != nil && line != "record off" {
		s.recorder.input(line)
	}
}

// recorded tells the transcript that a line was dealt with.
func (s *Session) recorded() {
	if s.recorder != nil {
		s.recorder.answered()
	}
}

func (s *Session) stopRecording() {
	if s.recorder == nil {
		return
	}
	s.Screen.Copy(nil)
	s.recorder.close()
	s.recorder = nil
}
