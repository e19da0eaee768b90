package command

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/plain"
	"lunarium/inspect/snapshot"
	"lunarium/inspect/whatif"
	"lunarium/runtime/visible"
)

// This file holds the command what-if: new code tried on recorded messages.

var whatifCommands = []*console.Command{
	{Name: "what-if", Group: console.Code, Usage: "SERVICE FILE [from SNAPSHOT] [last COUNT | last DURATION]",
		Help: "Tells which replies, and what of the state, would be others if the code of a FILE had run: two copies of the service, one with the running code and one with the new, begin with the latest snapshot and get the messages that it has taken since. " +
			"last says for which of them the new code runs; those before are given to the old code. Nothing that the copies do reaches outside, and the service goes on. The recorder says how many messages are kept, snapshot keeps a state.",
		Examples: []string{"what-if SHOP discount.lua", "what-if SHOP discount.lua last 10m", "what-if SHOP discount.lua from s1"},
		Complete: []console.Completer{console.CompleteService, console.CompleteFile, completeWhatif}, Run: whatIf},
}

// mostShownReplies is how many replies are shown.
const mostShownReplies = 20

func whatIf(ctx context.Context, o *console.Operator, args string) error {
	words, err := console.SplitWords(args)
	if err != nil {
		return err
	}
	if len(words) < 2 {
		return o.Usage("what-if")
	}
	svc, err := o.Service(words[0])
	if err != nil {
		return err
	}
	q := whatif.Question{File: words[1]}
	for rest := words[2:]; len(rest) > 0; rest = rest[2:] {
		switch {
		case len(rest) > 1 && rest[0] == "from":
			q.From, err = findSnapshot(o, svc, rest[1])
		case len(rest) > 1 && rest[0] == "last":
			err = readLast(&q, rest[1])
		default:
			err = o.Usage("what-if")
		}
		if err != nil {
			return err
		}
	}
	if q.From == nil && o.Snapshots != nil {
		q.Snapshots = o.Snapshots.Of(svc)
	}
	timed, cancel := o.Timed(ctx)
	defer cancel()
	a, err := whatif.Ask(timed, svc, q)
	switch {
	case errors.Is(err, whatif.ErrNoSnapshot):
		return fmt.Errorf(`%w; "snapshot %s" takes one for the next time, and "recorder 1000" keeps more messages`, err, console.Typed(svc))
	case errors.Is(err, whatif.ErrNoMessages):
		return err
	case err != nil:
		return fmt.Errorf("it can't be told: %w", err)
	}
	return o.Reply(whatifDataOf(a), whatifText(o, a, q.File))
}

// readLast reads how many of the latest messages are meant, or those of how long ago.
func readLast(q *whatif.Question, word string) (err error) {
	if console.IsDigits(word) {
		q.Last, err = strconv.Atoi(word)
		if err != nil || q.Last == 0 {
			return fmt.Errorf("%s is no number of messages", word)
		}
		return nil
	}
	q.Within, err = console.ParseDuration(word)
	return err
}

func completeWhatif(o *console.Operator, t console.Typing) console.Completion {
	if t.Before[len(t.Before)-1] == "from" {
		t.Before = t.Before[:2]
		return completeSnapshot(o, t)
	}
	return console.Completion{Candidates: console.Beginning([]string{"from", "last"}, t.Word()), From: t.From}
}

// whatifText tells what would have been otherwise, that first.
func whatifText(o *console.Operator, a *whatif.Answer, file string) string {
	begun := "since it began"
	if a.From != nil {
		begun = fmt.Sprintf("since %s, %s ago", visible.Line(a.From.Name), render.Duration(o.Node().Clock().Now().Sub(a.From.Taken)))
	}
	given := render.Plural(a.Messages, "message", "messages")
	if a.Tried < a.Messages {
		given = fmt.Sprintf("the last %s of %s", render.Count(a.Tried), given)
	}
	text := fmt.Sprintf("%s with %s, for %s %s", othersText(len(a.Replies), a.State), visible.Line(file), given, begun)
	if len(a.Replies) > 0 || !a.State.Equal() {
		text += ":"
	}
	text += replyLines(o, a.Replies) + changeLines(o, a.State, false, "the others are left out")
	if a.Change != nil {
		_, change, _ := strings.Cut(changeText(o, rowOfChange(a.Change)), ": ") // the version is the copy's
		text += "\n" + o.Paint(render.Note, "the new code: ") + change
	}
	for _, note := range whatifNotes(a) {
		text += "\n" + o.Paint(render.Warning, note)
	}
	return text
}

// othersText says how much would be otherwise.
func othersText(replies int, state *snapshot.Difference) string {
	places := state.Added + state.Removed + state.Changed
	others, where := render.Plural(replies, "reply", "replies"), render.Plural(places, "place", "places")+" of the state"
	switch {
	case replies == 0 && places == 0:
		return "every reply and the state would be the same"
	case replies == 0:
		return "every reply would be the same, but not " + where + ","
	case places == 0:
		return "the state would be the same, but not " + others + ","
	}
	return others + " and " + where + " would differ"
}

func replyLines(o *console.Operator, replies []whatif.Reply) string {
	text := ""
	for _, r := range replies[:min(len(replies), mostShownReplies)] {
		text += fmt.Sprintf("\n%s %s %s", o.Paint(render.Changed, "~"), o.Paint(render.Key, fmt.Sprintf("#%d", r.Number)), visible.Line(r.Args)) +
			fmt.Sprintf("\n    %s → %s", outcomeText(o, r.Old), outcomeText(o, r.New))
	}
	if left := len(replies) - mostShownReplies; left > 0 {
		text += "\n" + o.Paint(render.Note, fmt.Sprintf("… %s more replies", render.Count(left)))
	}
	return text
}

func outcomeText(o *console.Operator, c whatif.Outcome) string {
	switch {
	case c.Error != "":
		return o.Paint(render.Error, visible.Line(c.Error))
	case !c.Answered:
		return o.Paint(render.Note, "(not asked for an answer)")
	case len(c.Values) == 0:
		return o.Paint(render.Note, "(no results)")
	}
	var values []string
	for _, v := range c.Values {
		values = append(values, o.Style().Inline(v, widestValue))
	}
	return strings.Join(values, ", ")
}

// timesText says how often: "once", "3 times".
func timesText(n int) string {
	if n == 1 {
		return "once"
	}
	return render.Count(n) + " times"
}

// whatifNotes say what the copies could not know.
func whatifNotes(a *whatif.Answer) (notes []string) {
	add := func(n int, one, many string) {
		if n > 0 {
			notes = append(notes, "note: "+render.Plural(n, one, many))
		}
	}
	add(int(a.Missing), "message before these is not kept; the copies do not know of it", "messages before these are not kept; the copies do not know of them")
	add(a.Left, "message could not be given to the copies: not all of it is kept, or it is none of type lua", "messages could not be given to the copies: not all of them is kept, or they are none of type lua")
	add(a.Unlike, "message was answered otherwise when it came than by the copy with the same code", "messages were answered otherwise when they came than by the copy with the same code")
	add(a.Places, "place of the snapshot could not be put into the copies", "places of the snapshot could not be put into the copies")
	var undone []string
	for _, d := range a.Offline {
		text := fmt.Sprintf("%s, %s", visible.Line(d.What), timesText(d.Old))
		if d.Old != d.New {
			text += fmt.Sprintf(", %s with the new code", timesText(d.New))
		}
		undone = append(undone, text)
	}
	if len(undone) > 0 {
		notes = append(notes, "note: not done, since it would have left the copies: "+render.FirstTexts(undone).List())
	}
	return notes
}

// whatifData is what-if's reply as JSON.
type whatifData struct {
	From            string     `json:",omitempty"`
	Taken           *time.Time `json:",omitempty"`
	Messages, Tried int
	Replies         []whatifReply
	State           differenceData
	Change          *changeRow
	Unlike, Left    int
	Missing         uint64
	Places          int
	NotDone         []whatif.NotDone
}

type whatifReply struct {
	Number   uint64
	From     string
	Args     string
	Old, New whatifOutcome
}

type whatifOutcome struct {
	Values []plain.Value `json:",omitempty"`
	Error  string        `json:",omitempty"`
}

func whatifDataOf(a *whatif.Answer) whatifData {
	d := whatifData{
		Messages: a.Messages, Tried: a.Tried, Replies: []whatifReply{}, State: differenceDataOf(a.State), Unlike: a.Unlike, Left: a.Left,
		Missing: a.Missing, Places: a.Places, NotDone: a.Offline,
	}
	if a.From != nil {
		d.From, d.Taken = a.From.Name, &a.From.Taken
	}
	if a.Change != nil {
		d.Change = rowOfChange(a.Change)
	}
	for _, r := range a.Replies {
		d.Replies = append(d.Replies, whatifReply{r.Number, r.From, r.Args, whatifOutcome{r.Old.Values, r.Old.Error}, whatifOutcome{r.New.Values, r.New.Error}})
	}
	return d
}
