package line

import (
	"io"
	"sync"
	"unicode/utf8"
)

// This file reads the terminal and decodes its keys.

// Keys that have no character of their own travel to the key filter as
// noncharacters; typed ones are replaced on the way in.
const (
	keyWake   rune = 0x10fffe // print what other goroutines left
	keyBurst  rune = 0x10ffff // insert the oldest of keys.bursts
	keyDelete rune = 0x10fffd // the Delete key, which unlike Ctrl-D never ends input
)

const (
	ctrlC = 3
	ctrlD = 4
	enter = '\r'
	esc   = 0x1b
	// typeAhead bounds what is kept of keys typed while nobody reads. Beyond
	// it the source is not read, so that a remote sender waits.
	typeAhead = 1 << 20
	maxCSI    = 32
)

// sequences maps what follows ESC [ or ESC O to what the editor is given.
var sequences = map[string]string{
	"A": "\x10", "B": "\x0e", "C": "\x06", "D": "\x02",
	"H": "\x01", "1~": "\x01", "7~": "\x01",
	"F": "\x05", "4~": "\x05", "8~": "\x05",
	"3~": string(keyDelete), "3;5~": "\x1bd", "3;3~": "\x1bd",
	"1;5C": "\x1bf", "1;3C": "\x1bf", "5C": "\x1bf", "c": "\x1bf",
	"1;5D": "\x1bb", "1;3D": "\x1bb", "5D": "\x1bb", "d": "\x1bb",
}

// metas maps what follows a bare ESC.
var metas = map[byte]string{
	'b': "\x1bb", 'f': "\x1bf", 'd': "\x1bd", 0x7f: "\x1b\x7f", 0x08: "\x1b\x7f",
}

type keyMode int

const (
	shut   keyMode = iota // a command runs: keys wait
	edit                  // the editor takes keys
	held                  // the editor has a Ctrl-D, which may end the line
	secret                // ReadPassword takes keys
)

// keys is the queue between a terminal and the editor. push is called by the
// pump, Read by readline, the rest by the session.
type keys struct {
	mu      sync.Mutex
	changed *sync.Cond
	queue   []byte
	mode    keyMode
	wake    bool
	ended   bool     // the source gave an error: the queue gets no longer
	closed  bool     // nobody reads any more
	sawCR   bool     // the LF or NUL that follows belongs to the CR
	bursts  []string // texts of the keyBursts not yet seen by the filter
	done    bool     // the key that ends the line was handed out
	intr    chan struct{}
}

func newKeys() *keys {
	k := &keys{intr: make(chan struct{}, 1)}
	k.changed = sync.NewCond(&k.mu)
	return k
}

// pump fills the queue from r until an error.
func (k *keys) pump(r io.Reader) {
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		if !k.push(buf[:n]) {
			return
		}
		if err != nil {
			k.mu.Lock()
			k.ended = true
			k.changed.Broadcast()
			k.mu.Unlock()
			return
		}
	}
}

// push adds typed bytes, waiting while the queue is full. It reports false
// once nobody reads any more.
func (k *keys) push(b []byte) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	for len(k.queue)+len(b) > typeAhead && !k.closed {
		k.changed.Wait()
	}
	if k.closed {
		return false
	}
	k.queue = append(k.queue, b...)
	if k.mode == shut {
		k.takeInterrupts()
	}
	k.changed.Broadcast()
	return true
}

// takeInterrupts turns the Ctrl-Cs in the queue into interrupts of the command
// that runs. The rest of the type-ahead is kept.
func (k *keys) takeInterrupts() {
	kept := k.queue[:0]
	for _, c := range k.queue {
		if c != ctrlC {
			kept = append(kept, c)
			continue
		}
		select {
		case k.intr <- struct{}{}:
		default:
		}
	}
	k.queue = kept
}

// open lets keys through and forgets interrupts that nobody took.
func (k *keys) open(m keyMode) {
	k.mu.Lock()
	k.mode, k.done = m, false
	select {
	case <-k.intr:
	default:
	}
	k.changed.Broadcast()
	k.mu.Unlock()
}

// shut stops the flow of keys. It reports whether the line was ended by a key,
// and not by the end of the source.
func (k *keys) shut() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.mode, k.wake = shut, false
	k.takeInterrupts()
	return k.done
}

// endLine marks that the key just seen ends the line.
func (k *keys) endLine() {
	k.mode, k.done = shut, true
	k.takeInterrupts()
}

// decide says what the Ctrl-D that was handed out means.
func (k *keys) decide(eof bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case eof:
		k.endLine()
	case k.mode == held:
		k.mode = edit
		k.changed.Broadcast()
	}
}

func (k *keys) wakeUp() {
	k.mu.Lock()
	k.wake = true
	k.changed.Broadcast()
	k.mu.Unlock()
}

func (k *keys) nextBurst() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.bursts) == 0 {
		return ""
	}
	s := k.bursts[0]
	k.bursts = k.bursts[1:]
	return s
}

// Close ends reading at once; what is queued is dropped.
func (k *keys) Close() error {
	k.mu.Lock()
	k.closed = true
	k.queue = nil
	k.changed.Broadcast()
	k.mu.Unlock()
	return nil
}

// Read gives readline the next key, as UTF-8 or as ESC and a letter.
func (k *keys) Read(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for {
		if k.closed {
			return 0, io.EOF
		}
		if k.mode == edit {
			if k.wake {
				k.wake = false
				return copy(p, string(keyWake)), nil
			}
			if s, ok := k.next(); ok {
				if s == "" {
					continue
				}
				return copy(p, s), nil
			}
			if k.ended {
				return 0, io.EOF
			}
		}
		k.changed.Wait()
	}
}

// next takes one key from the queue; "" is a key that means nothing. It
// reports false when the queue holds no whole key.
func (k *keys) next() (string, bool) {
	if len(k.queue) == 0 {
		return "", false
	}
	c := k.queue[0]
	afterCR := k.sawCR
	k.sawCR = c == '\r'
	switch {
	case c == '\n' && afterCR, c == 0:
		k.take(1)
		return "", true
	case c == '\r' || c == '\n':
		k.take(1)
		k.endLine()
		return string(rune(enter)), true
	case c == ctrlC:
		k.take(1)
		k.endLine()
		return "\x03", true
	case c == ctrlD:
		k.take(1)
		k.mode = held
		return "\x04", true
	case c == esc:
		return k.escape()
	case c < 0x20 || c == 0x7f:
		k.take(1)
		return string(rune(c)), true
	}
	return k.text()
}

// text takes a run of printable characters: one goes as itself, more as a
// burst.
func (k *keys) text() (string, bool) {
	var run []rune
	n := 0
	for n < len(k.queue) {
		c := k.queue[n]
		if c < 0x20 || c == 0x7f {
			break
		}
		if !utf8.FullRune(k.queue[n:]) && !k.ended {
			break
		}
		r, size := utf8.DecodeRune(k.queue[n:])
		n += size
		if r >= cursorMark || r >= 0x80 && r < 0xa0 {
			r = utf8.RuneError
		}
		run = append(run, r)
	}
	if n == 0 {
		return "", false
	}
	k.take(n)
	if len(run) == 1 {
		return string(run), true
	}
	k.bursts = append(k.bursts, string(run))
	return string(keyBurst), true
}

// escape takes an escape sequence.
func (k *keys) escape() (string, bool) {
	q := k.queue
	if len(q) < 2 {
		return "", false
	}
	if q[1] != '[' && q[1] != 'O' {
		if s, ok := metas[q[1]]; ok {
			k.take(2)
			return s, true
		}
		if q[1] < 0x20 {
			k.take(1)
		} else {
			k.take(2)
		}
		return "", true
	}
	for i := 2; i < len(q); i++ {
		switch c := q[i]; {
		case c >= 0x40 && c <= 0x7e:
			s := sequences[string(q[2:i+1])]
			k.take(i + 1)
			return s, true
		case c < 0x20 || c > 0x3f || i > maxCSI:
			k.take(i)
			return "", true
		}
	}
	return "", false
}

func (k *keys) take(n int) {
	k.queue = append(k.queue[:0], k.queue[n:]...)
	k.changed.Broadcast()
}

// readSecret reads a line without the editor.
func (k *keys) readSecret() (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var line []rune
	for {
		if k.closed {
			return "", io.EOF
		}
		s, ok := k.next()
		if !ok {
			if k.ended {
				return "", io.EOF
			}
			k.changed.Wait()
			continue
		}
		if s == string(keyBurst) {
			s, k.bursts = k.bursts[0], k.bursts[1:]
		}
		switch s {
		case "\r":
			return string(line), nil
		case "\x03":
			return "", ErrInterrupt
		case "\x04":
			if len(line) == 0 {
				k.endLine()
				return "", io.EOF
			}
		case "\x7f", "\x08":
			line = line[:max(0, len(line)-1)]
		case "\x15":
			line = nil
		default:
			if s != "" && s[0] >= 0x20 && s != string(keyDelete) && len(line) < 4096 {
				line = append(line, []rune(s)...)
			}
		}
	}
}
