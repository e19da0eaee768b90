package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/crash"
	"lunarium/runtime/visible"
)

// This file holds the command crashes, and the list of what failed.

var crashesCommands = []*console.Command{
	{Name: "crashes", Group: console.Messages, Usage: "[ID [first] | SERVICE | clear]",
		Help: "Lists the errors that nobody caught, those of the same line and text as one, the latest first; with SERVICE those of one service. " +
			"crashes ID tells what was there the latest time: the message that was handled, who had asked for it, the calls with their variables; first tells of the first time. clear forgets all. " +
			"Nothing has to be turned on before. Kept are the latest 200; of very many errors of one kind a few in a second are described.",
		Examples: []string{"crashes", "crashes 3", "crashes 3 first", "crashes CHAT_ROOM_SERVICE"},
		Complete: []console.Completer{completeCrashes}, Reads: console.Unless("clear"), Run: crashes},
}

func crashes(ctx context.Context, o *console.Operator, args string) error {
	log := o.Crashes
	if log == nil {
		return errors.New("errors are not kept on this node")
	}
	word, rest := console.CutWord(args)
	id, err := strconv.ParseUint(word, 10, 64)
	switch {
	case word == "":
		return listCrashes(ctx, o, log.Places(), "no error was left uncaught")
	case word == "clear" && rest == "":
		n := log.Clear()
		return o.Reply(map[string]any{"forgotten": n}, forgottenText(n))
	case err == nil && (rest == "" || rest == "first"):
		return showCrash(o, id, rest == "first")
	case rest == "":
		return crashesOf(ctx, o, word)
	}
	return o.Usage("crashes")
}

// forgottenText says how many errors are kept no more.
func forgottenText(n int) string {
	if n == 0 {
		return "there were no crashes to forget"
	}
	return "what was known of " + render.Plural(n, "crash", "crashes") + " is forgotten"
}

// crashesOf lists what failed in a service, which may have ended since.
func crashesOf(ctx context.Context, o *console.Operator, word string) error {
	places := o.Crashes.Places()
	svc, err := o.Service(word)
	is := func(s crash.Service) bool { return s.Name == word || s.Address.String() == word }
	title := visible.Line(word)
	if err == nil {
		is = func(s crash.Service) bool { return s.Address == svc.Address() }
		title = console.Title(svc)
	}
	left := slices.DeleteFunc(places, func(p crash.Place) bool { return !slices.ContainsFunc(p.Services, is) })
	if err != nil && len(left) == 0 {
		return err
	}
	return listCrashes(ctx, o, left, "nothing of "+title+" is among the errors that were left uncaught")
}

// listCrashes shows places; none is said when there are none.
func listCrashes(ctx context.Context, o *console.Operator, places []crash.Place, none string) error {
	now := o.Node().Clock().Now()
	err := console.Show(ctx, o, console.Listing[crash.Place]{
		Rows: console.Rows(places), Count: len(places), None: none,
		Columns: []render.Column{
			{Name: "id", Align: render.Right, Role: render.Key}, {Name: "times", Align: render.Right}, {Name: "first"}, {Name: "last"},
			{Name: "service", Shrink: 2}, {Name: "error", Shrink: 1, Below: true},
		},
		Cells: func(p crash.Place) []string {
			return []string{
				strconv.FormatUint(p.ID, 10), render.Count(int(p.Count)), clockText(p.First, now), clockText(p.Last, now),
				crashedServices(p), crashLine(p),
			}
		},
	})
	if _, gone := o.Crashes.Totals(); gone > 0 && err == nil && !o.JSON {
		o.Println(o.Paint(render.Note, fmt.Sprintf("… %s that failed longer ago made way", render.Plural(int(gone), "place", "places"))))
	}
	return err
}

// crashLine tells what happened, and where, if the text does not say it. An error that came
// from a call is another crash.
func crashLine(p crash.Place) string {
	if p.Because != 0 {
		return fmt.Sprintf("crash %d, in a call at %s", p.Because, visible.Line(p.At))
	}
	text, _, _ := strings.Cut(p.Error, "\n")
	if p.At == "" || strings.Contains(text, p.At+":") {
		return visible.Line(text)
	}
	return visible.Line(text + " (at " + p.At + ")")
}

func showCrash(o *console.Operator, id uint64, first bool) error {
	report, ok := o.Crashes.Report(id)
	if !ok {
		return noCrash(o, id)
	}
	return o.Reply(report, crashText(o, &report, first))
}

// noCrash says which crashes there are instead.
func noCrash(o *console.Operator, id uint64) error {
	ids := crashIDs(o)
	return console.NoNumber("crash", id, ids, len(ids), "crashes")
}

func crashIDs(o *console.Operator) []uint64 {
	var ids []uint64
	for _, p := range o.Crashes.Places() {
		ids = append(ids, p.ID)
	}
	slices.Sort(ids)
	return ids
}

func completeCrashes(o *console.Operator, t console.Typing) console.Completion {
	switch {
	case o.Crashes == nil:
		return console.Completion{From: t.From}
	case len(t.Before) == 2 && t.Before[1] != "clear":
		return console.Completion{Candidates: console.Beginning([]string{"first"}, t.Word()), From: t.From}
	case len(t.Before) > 1:
		return console.Completion{From: t.From}
	}
	words := []string{"clear"}
	for _, id := range crashIDs(o) {
		words = append(words, strconv.FormatUint(id, 10))
	}
	c := console.CompleteService(o, t)
	c.Candidates = append(console.Beginning(words, t.Word()), c.Candidates...)
	return c
}
