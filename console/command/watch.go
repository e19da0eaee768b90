package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lunarium/console"
	"lunarium/console/render"
)

// This file repeats a command.

var watchCommands = []*console.Command{
	{Name: "watch", Group: console.StateOf, Usage: "[every DURATION] [for DURATION] COMMAND",
		Help:     "Repeats a command and marks what changed, for some time or until Ctrl-C. In a pipe it ends with the input, or with the next line. With the virtual clock it moves the clock between two rounds and ends after ten unless it is told for how long.",
		Examples: []string{"watch every 1s dump CHAT_ROOM_SERVICE rooms", "watch every 1s for 1m stat"},
		Complete: []console.Completer{console.CompleteName}, Needs: console.Observing, Run: watch},
}

// virtualRounds is how often watch repeats under the virtual clock, unless it is
// told for how long.
const virtualRounds = 10

// leastPause is the least time between two rounds.
const leastPause = time.Millisecond

// errNoPause refuses a watch without end in which no time passes.
var errNoPause = errors.New("between two rounds there has to be a millisecond at least, as with every 1s")

func watch(ctx context.Context, o *console.Operator, args string) error {
	every, err := durationAfter("every", &args)
	if err != nil {
		return err
	}
	limit, err := durationAfter("for", &args)
	switch {
	case err != nil:
		return err
	case args == "":
		return o.Usage("watch")
	case every < 0:
		every = time.Second
	case every < leastPause:
		return errNoPause
	}
	if limit < 0 && o.Node().Clock().Virtual() {
		limit = (virtualRounds - 1) * every
	}
	took, end := time.Duration(0), o.Retimed()
	defer func() { end(fmt.Sprintf("watch every %s for %s %s", every, took, args), took) }()
	rounds := o.Rounds()
	defer rounds.End()
	previous, title := "", fmt.Sprintf("%s, every %s; Ctrl-C ends", args, render.Duration(every))
	for passed := time.Duration(0); limit < 0 || passed <= limit; passed += every {
		if passed > 0 {
			if more, err := o.Pause(ctx, every, limit); !more {
				return err
			}
		}
		took = passed
		text, err := o.Capture(ctx, args)
		if err != nil {
			if text != "" {
				o.Println(text)
			}
			return err
		}
		showRound(o, rounds, title, previous, text)
		previous = text
	}
	return nil
}

// durationAfter cuts a word and the duration that follows it off a line; -1 when the
// line begins with another word.
func durationAfter(word string, line *string) (time.Duration, error) {
	first, rest := console.CutWord(*line)
	if first != word {
		return -1, nil
	}
	text, rest := console.CutWord(rest)
	*line = rest
	return console.ParseDuration(text)
}

// showRound shows what a repeated command wrote: in one place all of it, else where that
// has changed.
func showRound(o *console.Operator, rounds *console.Rounds, title, previous, text string) {
	marked := text
	switch {
	case rounds.InPlace() && previous == "":
		marked = o.Style().Changes(text, text) // so that nothing moves aside in the next round
	case previous != "" && !o.JSON:
		marked = o.Style().Changes(previous, text)
	}
	news := marked
	if text == previous {
		news = ""
	}
	rounds.Show(title, marked, news)
}
