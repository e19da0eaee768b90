package command

import (
	"fmt"
	"strconv"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/crash"
	"lunarium/inspect/waits"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file gives the node's page what waits, crashes and messages list, in their words.

// WaitsList is what waits shows.
type WaitsList struct {
	Trees []WaitsTree `json:"trees"`
	Notes []string    `json:"notes"` // what is not shown
}

// WaitsTree is who waits for one end, or in one cycle.
type WaitsTree struct {
	Title    string     `json:"title"` // of a deadlock, or of what may be one; "": it is none
	Deadlock bool       `json:"deadlock"`
	Waiters  string     `json:"waiters"` // how many wait for it; "": none
	Untie    string     `json:"untie"`   // the command that ends the deadlock; "": there is none
	Rows     []WaitsRow `json:"rows"`
}

// WaitsRow is a waiter.
type WaitsRow struct {
	Depth   int             `json:"depth"` // 0: it is the end, or in the cycle
	Service message.Address `json:"service"`
	Address string          `json:"address"` // "": it is no service
	Text    string          `json:"text"`    // painted
}

// ListWaits gives the waits of a node as the command shows them without arguments; limit is
// the time that there was to ask for them.
func ListWaits(by console.Teller, g *waits.Graph, limit time.Duration) WaitsList {
	picked := waitTrees(g, false)
	shown, left := console.Cut(len(picked), false)
	list := WaitsList{Trees: []WaitsTree{}, Notes: waitNotes(g, false, limit)}
	for t := range treesOf(by, g, picked[:shown], false) {
		list.Trees = append(list.Trees, waitsTreeOf(by, &t))
	}
	if left > 0 {
		list.Notes = append(list.Notes, fmt.Sprintf(`%s more; "waits all" shows them`, render.Count(left)))
	}
	return list
}

func waitsTreeOf(by console.Teller, t *waitTree) WaitsTree {
	title, _ := t.title()
	tree := WaitsTree{Title: title, Deadlock: t.Deadlock, Untie: t.Untie}
	if t.Waiters > 0 {
		tree.Waiters = waitFor(t.Waiters, "it")
	}
	for i := range t.Rows {
		row := &t.Rows[i]
		shown := WaitsRow{Depth: row.branch.depth, Address: row.Address, Text: row.text + by.Palette.Paint(render.Note, row.alikeText())}
		shown.Service = row.of
		tree.Rows = append(tree.Rows, shown)
	}
	if t.Left > 0 {
		tree.Rows = append(tree.Rows, WaitsRow{Depth: 1, Text: by.Palette.Paint(render.Note, t.leftText())})
	}
	return tree
}

// CrashRow is a line of crashes.
type CrashRow struct {
	ID       uint64 `json:"id"`
	Times    string `json:"times"`
	First    string `json:"first"`
	Last     string `json:"last"`
	Services string `json:"services"`
	Error    string `json:"error"`
	Because  uint64 `json:"because"` // the number of the one that it came from; 0: none
}

// ListCrashes gives the errors that nobody caught as the command shows them.
func ListCrashes(log *crash.Log, now time.Time) []CrashRow {
	rows := []CrashRow{}
	for _, p := range log.Places() {
		rows = append(rows, CrashRow{
			ID: p.ID, Times: render.Count(int(p.Count)), First: clockText(p.First, now), Last: clockText(p.Last, now),
			Services: crashedServices(p), Error: crashLine(p), Because: p.Because,
		})
	}
	return rows
}

// MessageRow is a line of messages.
type MessageRow struct {
	Number  uint64 `json:"number"`
	Time    string `json:"time"`
	From    string `json:"from"`
	Type    string `json:"type"`
	Message string `json:"message"`
	Waited  string `json:"waited"` // "": no time worth telling
	Took    string `json:"took"`
	Reply   string `json:"reply"`
	Failed  bool   `json:"failed"`
}

// ListMessages gives the latest messages that a service has taken, the latest first, and what
// is to be said beside them.
func ListMessages(svc *service.Service) (rows []MessageRow, note string) {
	list, seen := svc.Messages(messagesShown)
	for i := len(list) - 1; i >= 0; i-- {
		h := list[i]
		rows = append(rows, MessageRow{
			Number: h.Number, Time: h.Time.UTC().Format(handledTime), From: fromText(h), Type: visible.Line(h.Type), Message: visible.Line(valuesText(h.Args)),
			Waited: waitText(h), Took: tookText(h, svc.Node().Clock().Virtual()), Reply: visible.Line(replyText(h)), Failed: h.Error != "",
		})
	}
	switch {
	case len(list) == 0:
		note = "It " + noMessages(svc.Node())
	case uint64(len(list)) < seen:
		note = "the last " + strconv.Itoa(len(list)) + " of " + render.Count(int(seen))
	}
	return rows, note
}
