package console

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"lunarium/console/render"
	"lunarium/runtime/service"
)

// This file repeats a command, and tells of timers as they are set and fire.

// virtualRounds is how often watch repeats under the virtual clock, unless it is
// told for how long.
const virtualRounds = 10

// mostRounds bounds what one line watches with the virtual clock, by a count, so that a
// session ends alike on every machine.
const mostRounds = 10_000

var errManyRounds = errors.New("watched for ten thousand rounds; go on with another watch, or with longer pauses")

// errNoPause refuses a watch without end in which no time passes.
var errNoPause = errors.New("between two rounds there has to be some time: watch every 1s COMMAND")

func watch(ctx context.Context, s *Session, args string) error {
	every, err := durationAfter("every", &args)
	if err != nil {
		return err
	}
	limit, err := durationAfter("for", &args)
	switch {
	case err != nil:
		return err
	case args == "":
		return usageError("watch", s.table)
	case every == 0:
		return errNoPause
	case every < 0:
		every = time.Second
	}
	if limit < 0 && s.node.Clock().Virtual() {
		limit = (virtualRounds - 1) * every
	}
	took := time.Duration(0)
	defer s.recordWatch(every, args)(&took)
	previous := ""
	for passed := time.Duration(0); limit < 0 || passed <= limit; passed += every {
		if passed > 0 && s.node.Clock().Virtual() {
			if s.rounds++; s.rounds > mostRounds {
				return errManyRounds
			}
		}
		if passed > 0 {
			if more, err := s.pause(ctx, every, limit); !more {
				return err
			}
		}
		took = passed
		text, err := s.capture(ctx, args)
		if err != nil {
			if text != "" {
				s.println(text)
			}
			return err
		}
		s.showRound(previous, text)
		previous = text
	}
	return nil
}

// recordWatch has a transcript of the real clock tell for how long was watched: in the
// replay, watching moves the clock. The function that it gives ends the watching.
func (s *Session) recordWatch(every time.Duration, line string) (end func(took *time.Duration)) {
	if s.recording == nil || s.depth > 0 {
		return func(*time.Duration) {}
	}
	s.recording.Retract()
	return func(took *time.Duration) {
		s.recording.Restate(fmt.Sprintf("watch every %s for %s %s", every, *took, line), *took)
	}
}

// durationAfter cuts a word and the duration that follows it off a line; -1 when the
// line begins with another word.
func durationAfter(word string, line *string) (time.Duration, error) {
	first, rest := cutWord(*line)
	if first != word {
		return -1, nil
	}
	text, rest := cutWord(rest)
	*line = rest
	return parseDuration(text)
}

// showRound shows what a repeated command wrote, where that has changed.
func (s *Session) showRound(previous, text string) {
	switch {
	case text == previous:
	case previous == "" || s.JSON:
		s.println(strings.TrimRight(text, "\n"))
	default:
		s.println(strings.TrimRight(s.style().Changes(previous, text), "\n"))
	}
}

// pause lets time pass between two rounds; no more: the watching is over.
func (s *Session) pause(ctx context.Context, every, limit time.Duration) (more bool, err error) {
	if s.node.Clock().Virtual() {
		_, err := s.node.Clock().AdvanceWithin(ctx, every, &s.passing)
		switch {
		case errors.Is(err, service.ErrManySteps):
			return false, service.ErrManySteps
		case errors.Is(err, service.ErrRestless):
			return false, err
		}
		return err == nil, nil
	}
	timer := time.NewTimer(every)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true, nil
	case <-s.stopped(limit):
	case <-s.node.Done():
	case <-ctx.Done():
	}
	return false, nil
}

// stopped is closed when what goes on until somebody stops it has to end: when
// further input comes, unless a limit was given.
func (s *Session) stopped(limit time.Duration) <-chan struct{} {
	if limit >= 0 || s.More == nil {
		return nil
	}
	return s.More()
}

// capture runs a command and gives what it wrote without colour, but for the time that
// it took.
func (s *Session) capture(ctx context.Context, line string) (string, error) {
	var b strings.Builder
	out, untimed, palette := s.Out, s.Untimed, s.Palette
	s.Out, s.Untimed, s.Palette = &b, true, render.Palette{}
	err := s.dispatch(ctx, line)
	s.Out, s.Untimed, s.Palette = out, untimed, palette
	if err != nil {
		return strings.TrimRight(b.String(), "\n"), err
	}
	return b.String(), nil
}

// eventText tells what became of a timer.
func eventText(e *service.TimerEvent) string {
	text := fmt.Sprintf("%s %d  %s  %s", e.What, e.Timer.ID, e.Timer.Name, e.Timer.SetAt)
	if e.What == "set" {
		text += ", due in " + render.Duration(e.Timer.Delay)
	}
	return text
}
