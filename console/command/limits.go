package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/plain"
)

// This file sets how much replies show of values.

var limitCommands = []*console.Command{
	{Name: "limits", Group: console.OfSession, Usage: "[default | depth N | entries N | text N | total N]...",
		Help: "Shows or sets how much replies show of values: levels of tables, entries of each table, bytes of each string, " +
			"and entries of all tables together. They hold for the session.",
		Examples: []string{"limits", "limits depth 2 entries 10", "limits default"}, Complete: []console.Completer{completeLimits},
		Reads: func(args string) bool { return strings.TrimSpace(args) == "" }, Needs: console.Observing, Run: limits},
}

// limitWords are the words of limits, each with its place in the limits and how large it
// may be.
var limitWords = []struct {
	word  string
	place func(*plain.Limits) *int
}{
	{"depth", func(l *plain.Limits) *int { return &l.Depth }},
	{"entries", func(l *plain.Limits) *int { return &l.Width }},
	{"text", func(l *plain.Limits) *int { return &l.Text }},
	{"total", func(l *plain.Limits) *int { return &l.Total }},
}

func limits(_ context.Context, o *console.Operator, args string) error {
	set, most := o.Shown(), plain.AllLimits
	words := strings.Fields(args)
	for len(words) > 0 {
		if words[0] == "default" {
			set, words = plain.DefaultLimits, words[1:]
			continue
		}
		known := false
		for _, one := range limitWords {
			if one.word != words[0] {
				continue
			}
			known = true
			if len(words) == 1 {
				return o.Usage("limits")
			}
			n, err := strconv.Atoi(words[1])
			if err != nil || n < 1 || n > *one.place(&most) {
				return fmt.Errorf("%s takes a number from 1 to %s", one.word, render.Count(*one.place(&most)))
			}
			*one.place(&set), words = n, words[2:]
			break
		}
		if !known {
			return o.Usage("limits")
		}
	}
	o.Show(set)
	return o.Reply(map[string]int{"depth": set.Depth, "entries": set.Width, "text": set.Text, "total": set.Total},
		fmt.Sprintf("%s of tables, %s of each, %s of each string, %s in all",
			render.Plural(set.Depth, "level", "levels"), render.Plural(set.Width, "entry", "entries"), render.Size(int64(set.Text)), render.Plural(set.Total, "entry", "entries")))
}

func completeLimits(_ *console.Operator, t console.Typing) console.Completion {
	words := []string{"default"}
	for _, one := range limitWords {
		if t.Before[len(t.Before)-1] == one.word {
			return console.Completion{From: t.From}
		}
		words = append(words, one.word)
	}
	return console.Completion{Candidates: console.Beginning(words, t.Word()), From: t.From}
}
