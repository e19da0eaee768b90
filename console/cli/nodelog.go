package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"

	"lunarium/runtime/visible"
)

// This file holds what the program says of itself in the log.

// nodeLog writes what the program has to say of itself into the log, a line of key=value
// each, as slog's own handler for text does. What has to be quoted is quoted as
// everywhere: visible.Quote.
type nodeLog struct {
	out   io.Writer
	turn  *sync.Mutex
	level slog.Level
	with  string // attributes of WithAttrs, each with a blank before it
	group string // of WithGroup: what stands before keys
}

func newNodeLog(out io.Writer, level slog.Level) *nodeLog {
	return &nodeLog{out: out, turn: &sync.Mutex{}, level: level}
}

// Enabled is for slog.
func (l *nodeLog) Enabled(_ context.Context, level slog.Level) bool { return level >= l.level }

// Handle is for slog.
func (l *nodeLog) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	if !r.Time.IsZero() {
		attribute(&b, "", slog.Time(slog.TimeKey, r.Time))
	}
	attribute(&b, "", slog.String(slog.LevelKey, r.Level.String()))
	attribute(&b, "", slog.String(slog.MessageKey, r.Message))
	b.WriteString(l.with)
	r.Attrs(func(a slog.Attr) bool {
		attribute(&b, l.group, a)
		return true
	})
	l.turn.Lock()
	defer l.turn.Unlock()
	_, err := io.WriteString(l.out, strings.TrimPrefix(b.String(), " ")+"\n")
	return err
}

// WithAttrs is for slog.
func (l *nodeLog) WithAttrs(attributes []slog.Attr) slog.Handler {
	var b strings.Builder
	for _, a := range attributes {
		attribute(&b, l.group, a)
	}
	more := *l
	more.with += b.String()
	return &more
}

// WithGroup is for slog.
func (l *nodeLog) WithGroup(name string) slog.Handler {
	more := *l
	if name != "" {
		more.group += name + "."
	}
	return &more
}

// attribute writes an attribute, or those of a group.
func attribute(b *strings.Builder, group string, a slog.Attr) {
	value := a.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		if a.Key != "" {
			group += a.Key + "."
		}
		for _, inner := range value.Group() {
			attribute(b, group, inner)
		}
		return
	}
	if a.Equal(slog.Attr{}) {
		return
	}
	text := value.String()
	if value.Kind() == slog.KindTime {
		text = value.Time().Format(timeLayout)
	}
	fmt.Fprintf(b, " %s=%s", word(group+a.Key), word(text))
}

// timeLayout is RFC 3339 with thousandths of a second.
const timeLayout = "2006-01-02T15:04:05.000Z07:00"

// word gives a key or value, in quotes where it would not be seen as one word.
func word(text string) string {
	if quoted := visible.Quote(text); text == "" || strings.ContainsAny(text, " =") || len(quoted) != len(text)+2 {
		return quoted
	}
	return text
}
