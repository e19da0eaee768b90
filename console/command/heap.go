package command

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/heap"
	"lunarium/inspect/plain"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file holds the commands about where a service's memory is, and what grows.

var heapCommands = []*console.Command{
	{Name: "heap", Group: console.Memory, Usage: "SERVICE [PATH] [all] | mark SERVICE [lines] | diff [SERVICE] [all] | unmark [SERVICE]",
		Help: "Shows which places of a service's state hold its memory, the largest first, by the paths that dump takes. " +
			"A place has what would go if it did; what several places hold is told as shared. Small places are told together, unless all are asked for. " +
			"A large state is looked through in steps, and the service goes on meanwhile. " +
			"heap mark keeps what the places hold now, for this session, and heap diff tells what has grown since, of the service that is marked if it is the only one; with lines also at which lines it was allocated, of what is made after the mark.",
		Examples: []string{"heap CHAT_ROOM_SERVICE", "heap CHAT_ROOM_SERVICE rooms.lobby", "heap mark CHAT_ROOM_SERVICE", "heap mark CHAT_ROOM_SERVICE lines", "heap diff CHAT_ROOM_SERVICE"},
		Complete: []console.Completer{completeHeap, completeHeapPath}, Reads: console.Unless("mark", "unmark"), Needs: console.Observing, Run: heapOf},
}

func heapOf(ctx context.Context, o *console.Operator, args string) error {
	word, rest := console.CutWord(args)
	if run := heapWords[word]; run != nil && (rest != "" || !o.IsService(word)) {
		return run(ctx, o, rest)
	}
	args, all := console.Unlimited(args)
	word, rest = console.CutWord(args)
	svc, err := o.Service(word)
	if err != nil {
		return err
	}
	path, err := plain.ParsePath(rest)
	if err != nil {
		return err
	}
	limits := heap.DefaultLimits
	if all {
		limits = heap.Limits{}
	}
	timed, cancel := o.Timed(ctx)
	defer cancel()
	report, err := heap.Look(timed, svc, path, limits)
	if err != nil {
		return err
	}
	for i := range report.Rows {
		hidePlace(o, &report.Rows[i])
	}
	report.With = seenPaths(o, report.With)
	data := heapData{Bytes: report.Bytes, Objects: report.Objects, Changed: report.Changed, With: report.With, Beyond: report.Beyond}
	for _, row := range report.Rows {
		data.Places = append(data.Places, heapRowOf(row))
	}
	return o.Reply(data, heapText(o, svc, path, report))
}

// heapData is heap's reply as JSON.
type heapData struct {
	Bytes   int64
	Objects int
	Changed bool     // the service ran meanwhile
	With    []string `json:",omitempty"` // who else holds what is at the path
	Beyond  int64    `json:",omitempty"` // that it leads to and others hold, too
	Places  []heapRow
}

// heapText draws a report.
func heapText(o *console.Operator, svc *service.Service, path plain.Path, r heap.Report) string {
	rows := make([][]string, 0, len(r.Rows))
	for _, row := range r.Rows {
		rows = append(rows, heapCells(row))
	}
	of := console.Title(svc)
	if len(path) > 0 {
		of = path.String()
	}
	text := o.Style().Table(heapColumns, rows) + "\n" +
		o.Paint(render.Note, fmt.Sprintf("%s: %s in %s", of, render.Size(r.Bytes), render.Plural(r.Objects, "object", "objects")))
	if len(r.With) > 0 {
		text += "\n" + o.Paint(render.Note, visible.Line("it is held by "+strings.Join(r.With, ", ")))
	}
	if r.Beyond > 0 {
		text += "\n" + o.Paint(render.Note, fmt.Sprintf("%s more that it leads to are held by others, too", render.Size(r.Beyond)))
	}
	return text + changedNote(o, r.Changed)
}

// completeHeap completes the service, or one of heap's words; after that the service is
// the next one.
func completeHeap(o *console.Operator, t console.Typing) console.Completion {
	c := console.CompleteService(o, t)
	c.Candidates = append(c.Candidates, console.Beginning(slices.Sorted(maps.Keys(heapWords)), t.Word())...)
	return c
}

// heapOptions are what may follow a service after heap's words.
var heapOptions = map[string][]string{"mark": {linesWord}, "diff": {"all"}}

// completeHeapPath completes a path, or the service after one of heap's words.
func completeHeapPath(o *console.Operator, t console.Typing) console.Completion {
	if len(t.Before) == 2 && heapWords[t.Before[1]] != nil {
		t.Before = t.Before[1:]
		return console.CompleteService(o, t)
	}
	if len(t.Before) == 3 && heapOptions[t.Before[1]] != nil {
		return console.Completion{Candidates: console.Beginning(heapOptions[t.Before[1]], t.Word()), From: t.From}
	}
	return completePath(o, t)
}
