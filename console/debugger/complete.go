package debugger

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"lunarium/console"
)

// This file completes what is typed at the debugger's prompt.

// Complete offers the debugger's words, what may follow them, and names of Lua.
func (m *prompt) Complete(text string) console.Completion {
	if strings.HasPrefix(text, "!") {
		c := m.operator.CompleteCommand(text[1:])
		c.From++
		return c
	}
	t := console.TypingOf(text)
	if len(t.Before) > 0 {
		switch word, _ := m.wordOf(strings.TrimSpace(text)); {
		case word == nil:
		case word.Usage == "": // it takes nothing
			return console.Completion{From: t.From}
		case len(word.Complete) > 0:
			return word.CompleteArgument(m.operator, t)
		}
	}
	c := m.completeLua(t)
	if len(t.Before) == 0 && c.From == t.From {
		c.Candidates = append(console.Beginning(m.words.Names(), t.Word()), c.Candidates...)
	}
	return c
}

// completeLua offers names that the call which is looked at has in reach.
func (m *prompt) completeLua(t console.Typing) console.Completion {
	ctx, cancel := context.WithTimeout(context.Background(), console.CompletionWait)
	defer cancel()
	names, at, err := m.d.Candidates(ctx, m.lookedAt(), t.Text)
	if err != nil {
		names, at = nil, len(t.Text)
	}
	return m.operator.WithHint(console.Completion{Candidates: names, From: at}, t.Text)
}

// completing makes what completes an argument of a word of the debugger's.
func completing(complete func(m *prompt, t console.Typing) console.Completion) console.Completer {
	return func(o *console.Operator, t console.Typing) console.Completion {
		if m, ok := o.Mode().(*prompt); ok {
			return complete(m, t)
		}
		return console.Completion{From: t.From}
	}
}

// completingFrom makes what completes an argument from a list, which is empty where the
// service does not tell it in time.
func completingFrom(list func(m *prompt, ctx context.Context) []string) console.Completer {
	return completing(func(m *prompt, t console.Typing) console.Completion {
		ctx, cancel := context.WithTimeout(context.Background(), console.CompletionWait)
		defer cancel()
		return console.Completion{Candidates: console.Beginning(list(m, ctx), t.Word()), From: t.From}
	})
}

// one is for words with one argument.
func one(argument console.Completer) []console.Completer {
	return []console.Completer{argument, completeNothing}
}

func completeNothing(_ *console.Operator, t console.Typing) console.Completion {
	return console.Completion{From: t.From}
}

// completePlace offers files, functions that have lines, and errors.
func (m *prompt) completePlace(t console.Typing) console.Completion {
	ctx, cancel := context.WithTimeout(context.Background(), console.CompletionWait)
	defer cancel()
	places, err := m.d.Places(ctx, t.Word())
	if err != nil {
		places = nil
	}
	if len(places) > 0 && strings.Contains(t.Word(), ":") {
		return console.Completion{Candidates: places, From: t.From} // lines of a file
	}
	functions, at, err := m.d.Functions(ctx, m.lookedAt(), t.Text)
	if err != nil {
		functions, at = nil, t.From
	}
	if at != t.From {
		return console.Completion{Candidates: functions, From: at}
	}
	words := console.Beginning([]string{"error"}, t.Word())
	return console.Completion{Candidates: slices.Concat(words, places, functions), From: at}
}

// completeCondition offers if and what else may follow a place, and names of Lua after it.
func (m *prompt) completeCondition(t console.Typing) console.Completion {
	if slices.Contains(t.Before, "if") || slices.Contains(t.Before, "log") {
		return m.completeLua(t)
	}
	follows := []string{"if", "after", "every", "log"}
	if t.Before[len(t.Before)-1] == "error" {
		follows = append(follows, "uncaught")
	}
	return console.Completion{Candidates: console.Beginning(follows, t.Word()), From: t.From}
}

// protocols gives those whose messages watch can stop.
func (m *prompt) protocols(ctx context.Context) []string {
	names, err := m.d.Watchable(ctx)
	if err != nil {
		return nil
	}
	return names
}

// breakpointIDs gives what clear may be given.
func (m *prompt) breakpointIDs(ctx context.Context) []string {
	list, err := m.d.Breakpoints(ctx)
	if err != nil || len(list) == 0 {
		return nil
	}
	var ids []string
	for _, b := range list {
		ids = append(ids, strconv.Itoa(b.ID))
	}
	return append(ids, "all")
}

// offeredFrames is how many numbers of calls Tab offers; of more each can be typed.
const offeredFrames = 200

// frameNumbers gives the numbers of the calls that where shows, the first of very many.
func (m *prompt) frameNumbers(ctx context.Context) []string {
	count, err := m.d.FrameCount(ctx)
	if err != nil {
		return nil
	}
	var numbers []string
	for i := range min(count, offeredFrames) {
		numbers = append(numbers, strconv.Itoa(i))
	}
	return numbers
}

// taskIDs gives the tasks that stand.
func (m *prompt) taskIDs(ctx context.Context) []string {
	standing, err := m.d.Standing(ctx)
	if err != nil {
		return nil
	}
	ids := make([]string, len(standing))
	for i, e := range standing {
		ids[i] = strconv.FormatUint(e.Task.ID, 10)
	}
	return ids
}
