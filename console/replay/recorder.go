package replay

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// This file holds the recorder: it writes a session as a transcript while it goes on.

// Recorder writes a session as a transcript. What is written to it is output; it may come
// from any goroutine.
type Recorder struct {
	mu      sync.Mutex
	file    *os.File
	partial []byte // of an output line that has not ended
	empty   int    // empty output lines that wait for what follows them
	begin   int64  // of the last input, in the file
	pace    *pace  // of the real clock; nil with the virtual one
	read    *Readings
}

// NewRecorder gives a recorder that writes to a file, which it closes at its end. clock
// is the real clock that it follows; nil with the virtual one, whose time passes by
// commands alone. What read keeps is written, too.
func NewRecorder(file *os.File, clock *Clock, read *Readings) *Recorder {
	r := &Recorder{file: file, read: read}
	if clock != nil {
		r.pace = newPace(clock)
	}
	return r
}

// Begin writes what stands above the first input: the flags of the node, and what it has
// written before.
func (r *Recorder) Begin(flags []string, greeting string) {
	if r.pace != nil {
		fmt.Fprintln(r.file, pacedNote)
		begin := r.pace.clock.Start.Add(r.pace.at)
		flags = append([]string{"--epoch", begin.Format(time.RFC3339Nano)}, flags...)
	}
	fmt.Fprintln(r.file, "$ "+JoinWords(append([]string{"lunarium", "--clock", "virtual"}, flags...)))
	r.Write([]byte(greeting))
	r.Answered()
}

// Name is that of the file.
func (r *Recorder) Name() string { return r.file.Name() }

// Paced tells whether time passes by itself in the recording.
func (r *Recorder) Paced() bool { return r.pace != nil }

// escapes are the colours of a terminal.
var escapes = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]")

// Write takes output.
func (r *Recorder) Write(b []byte) (int, error) {
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
func (r *Recorder) take(b []byte) {
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

func (r *Recorder) output(line string) {
	line = strings.ReplaceAll(escapes.ReplaceAllString(line, ""), "\r", "")
	if line == "" {
		r.empty++
		return
	}
	fmt.Fprint(r.file, strings.Repeat("\n", r.empty))
	r.empty = 0
	fmt.Fprintln(r.file, EscapeOutput([]string{line})[0])
}

// endOutput ends the output of an input.
func (r *Recorder) endOutput() {
	if len(r.partial) > 0 {
		r.output(string(r.partial))
		r.partial = nil
	}
	if r.empty > 0 {
		fmt.Fprint(r.file, strings.Repeat("\n", r.empty-1)+"\\\n")
		r.empty = 0
	}
}

// Input takes a line that was entered.
func (r *Recorder) Input(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.endOutput()
	r.catchUp()
	r.writeReadings(false)
	r.write(line)
}

// write writes an input and notes where it begins.
func (r *Recorder) write(line string) {
	if at, err := r.file.Seek(0, io.SeekCurrent); err == nil {
		r.begin = at
	}
	fmt.Fprintln(r.file, strings.TrimRight("> "+line, " "))
}

// Answered tells that the output of an input is complete; with the real clock,
// what comes now belongs to the time that passes.
func (r *Recorder) Answered() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.endOutput()
	if r.pace != nil {
		r.pace.state = idle
	}
}

// Close ends the transcript.
func (r *Recorder) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.endOutput()
	r.catchUp()
	r.writeReadings(true)
	if lost := r.read.missing(); lost > 0 {
		fmt.Fprintf(r.file, "# %d readings more are not recorded\n", lost)
	}
	r.file.Close()
}

// writeReadings writes what services have read meanwhile. The virtual clock is not read: a replay
// has the same one.
func (r *Recorder) writeReadings(end bool) {
	for _, one := range r.read.take(end) {
		if r.pace != nil || !slices.Contains(clocks, one.Function) {
			fmt.Fprintln(r.file, one)
		}
	}
}

// Waited tells that a timer fired while the command that runs did nothing but wait.
func (r *Recorder) Waited() {
	if r.pace != nil {
		r.pace.waited.Store(true)
	}
}

// catchUp writes that time passed since the input before, or since its command began
// to wait, and what was written meanwhile.
func (r *Recorder) catchUp() {
	p := r.pace
	if p == nil {
		return
	}
	p.state = working
	p.waited.Store(false)
	now := p.clock.Elapsed().Round(time.Microsecond)
	passed := now - p.at
	if passed < p.clock.Tick && len(p.meanwhile) == 0 {
		return
	}
	p.at = now
	fmt.Fprintf(r.file, "+ %s\n", passed)
	r.take(p.meanwhile)
	p.meanwhile = nil
	r.endOutput()
}

// Retract takes back the input that runs: it is written again when it is known for
// how long it moves the replay's clock by itself.
func (r *Recorder) Retract() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pace != nil && r.file.Truncate(r.begin) == nil {
		r.file.Seek(r.begin, io.SeekStart)
		r.pace.state = idle
	}
}

// Restate writes an input that was retracted as one that moves the clock by as much
// time as it took.
func (r *Recorder) Restate(line string, took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.pace
	if p == nil {
		return
	}
	r.write(line)
	r.take(p.meanwhile)
	p.meanwhile = nil
	p.at += took
	p.state = moving
}
