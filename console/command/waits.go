package command

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/waits"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file holds the command waits, and the tasks of all services.

var waitsCommands = []*console.Command{
	{Name: "waits", Group: console.Timing, Usage: "[SERVICE] [all]",
		Help: "Shows who waits for whom, through any number of services, at which line and since when. Deadlocks come first, then whoever most wait for; below each stand those that wait for it, and the command that ends a deadlock. With SERVICE: the chains that begin there, pass through it or end there. " +
			"Tasks that wait for no other and for which nobody waits are only counted, unless SERVICE or all is given.",
		Examples: []string{"waits", "waits CHAT_ROOM_SERVICE"}, Complete: []console.Completer{console.CompleteService}, Reads: console.Always, Run: showWaits},
}

// waitRow is a line of waits. With "json on" rows are what trees consist of.
type waitRow struct {
	Kind     waits.Kind
	Address  string // of a service
	Service  string // its name, or the client's
	Task     uint64
	Handling string
	Site     string // the line that made it, of a fork or time-out
	At       string
	Wait     string        // what it waits for: "call", "sleep", …
	Command  string        // of a call, or what is waited for outside
	Link     waits.Link    // to whom it waits for
	Behind   int           // how many messages come before that in a mailbox
	For      time.Duration // how long it waits, or runs
	Waiters  int           // how many wait for it, directly or not
	Alike    int           // how many more wait at the same line for the same
	Next     *int          // the row of whom it waits for; nil: it is an end

	branch branch
	of     message.Address // 0: it is no service's
	text   string
}

// waitTree is an entry of waits: who waits for one end, or in one cycle.
type waitTree struct {
	Deadlock bool
	Perhaps  bool         // it is one if nobody else of the service wakes its end
	Services render.Texts // of the deadlock
	Untie    string       // the command that ends it; "": there is none
	Waiters  int          // beside those of the deadlock
	Rows     []waitRow
	Left     int // waiters that have no row
}

func showWaits(ctx context.Context, o *console.Operator, args string) error {
	args, all := console.Unlimited(args)
	of, lone := message.Address(0), all
	if args = strings.TrimSpace(args); args != "" {
		svc, err := o.Service(args)
		if err != nil {
			return err
		}
		of, lone = svc.Address(), true
	}
	timed, cancel := o.Timed(ctx)
	defer cancel()
	graph := waits.Collect(timed, o.Node())
	if err := ctx.Err(); err != nil {
		return err
	}
	if of != 0 {
		graph = graph.Through(of)
	}
	picked := waitTrees(graph, lone)
	shown, left := console.Cut(len(picked), all)
	by := o.Teller()
	listing := console.Listing[waitTree]{
		Rows: treesOf(by, graph, picked[:shown], all), Count: shown, Left: left,
		Hint: `"waits SERVICE" picks some, "waits all" shows them`,
		Text: func(t waitTree) string { return treeText(o, &t) },
		None: "nobody waits for a service",
	}
	if of != 0 {
		listing.None = "nothing waits in " + o.Node().NameOf(of) + ", or for it"
	}
	if err := console.Show(ctx, o, listing); err != nil || o.JSON {
		return err
	}
	for _, note := range waitNotes(graph, lone, o.Limit()) {
		o.Println(o.Paint(render.Note, note))
	}
	return nil
}

// waitTrees picks the trees that are shown.
func waitTrees(g *waits.Graph, lone bool) []waits.Tree {
	var picked []waits.Tree
	for _, t := range g.Trees {
		if lone || t.Waiters > 0 || len(t.Cycle) > 0 || g.Waiters[t.End].Kind != waits.Task {
			picked = append(picked, t)
		}
	}
	return picked
}

// waitNotes counts what is not shown.
func waitNotes(g *waits.Graph, lone bool, limit time.Duration) (notes []string) {
	alone := 0
	if !lone {
		alone = len(g.Trees) - len(waitTrees(g, false))
	}
	if alone > 0 {
		notes = append(notes, fmt.Sprintf(`%s that nobody waits for; "tasks all" groups them`,
			render.Plural(alone, "other task", "other tasks")))
	}
	if g.Left > 0 {
		notes = append(notes, fmt.Sprintf("%s were not looked at", render.Plural(g.Left, "task", "tasks")))
	}
	if g.Unasked > 0 {
		notes = append(notes, unaskedText(limit, g.Unasked))
	}
	return notes
}

// treesOf makes the trees' rows when they are asked for.
func treesOf(by console.Teller, g *waits.Graph, trees []waits.Tree, all bool) iter.Seq2[waitTree, error] {
	left := console.MostListed // rows
	return console.RowsOf(trees, func(t waits.Tree) waitTree {
		most := max(left, leastRows)
		if all {
			most = len(g.Waiters)
		}
		shown := treeOf(by, g, &t, most)
		left -= len(shown.Rows)
		return shown
	})
}

// leastRows is how many rows a tree has even when those before it have taken all.
const leastRows = 3

func treeOf(by console.Teller, g *waits.Graph, t *waits.Tree, most int) waitTree {
	w := &treeWriter{by: by, g: g, most: most, tree: waitTree{Waiters: t.Waiters, Deadlock: len(t.Cycle) > 0}}
	if way := g.Returns(t); way != nil {
		w.tree.Perhaps = true
		w.tree.Services = render.FirstTexts(console.Way(pickWaiters(g, way)))
	}
	if !w.tree.Deadlock {
		w.add(branch{waiter: t.End}, nil)
	}
	if w.tree.Deadlock {
		cycle := pickWaiters(g, t.Cycle)
		w.tree.Services = render.FirstTexts(console.Round(cycle))
		w.tree.Untie = by.Untying(cycle)
		w.cycle(t.Cycle)
	}
	w.below()
	w.tree.Left = t.Waiters + max(1, len(t.Cycle)) - w.shown
	return w.tree
}

func pickWaiters(g *waits.Graph, numbers []int) []waits.Waiter {
	var some []waits.Waiter
	for _, i := range numbers {
		some = append(some, g.Waiters[i])
	}
	return some
}

// treeWriter makes the rows of a tree.
type treeWriter struct {
	by    console.Teller
	g     *waits.Graph
	most  int // rows
	shown int // waiters that the rows stand for
	tree  waitTree
	todo  []branch // the next one last
}

// branch is a waiter that is to have a row.
type branch struct {
	waiter int
	next   int    // the row of whom it waits for
	depth  int    // 0: it is an end, or in a cycle
	last   []bool // of it and those above it, but for the uppermost: whether none stands below
	alike  int    // how many more it stands for
	each   int    // of how many waiters each of them consists: it and those that wait for it
}

// cycle adds the rows of those that wait for each other.
func (w *treeWriter) cycle(cycle []int) {
	for k, i := range cycle[:min(len(cycle), w.most)] {
		next := (k + 1) % len(cycle)
		w.add(branch{waiter: i}, &next)
	}
	slices.SortStableFunc(w.todo, func(a, b branch) int {
		return cmp.Or(cmp.Compare(w.g.Forest.Waiters[a.waiter], w.g.Forest.Waiters[b.waiter]), cmp.Compare(b.next, a.next))
	})
	for k := range w.todo {
		w.todo[k].last = []bool{k == 0}
	}
}

// add adds a row, and has those that wait for it follow.
func (w *treeWriter) add(b branch, next *int) {
	row := rowOfWaiter(w.by, &w.g.Waiters[b.waiter])
	row.Waiters, row.Next, row.Alike, row.branch = w.g.Forest.Waiters[b.waiter], next, b.alike, b
	at := len(w.tree.Rows)
	w.tree.Rows = append(w.tree.Rows, row)
	w.shown += 1 + b.alike*b.each
	before := w.folded(w.g.Before[b.waiter])
	for k, one := range slices.Backward(before) {
		one.next, one.depth = at, b.depth+1
		one.last = append(b.last[max(0, len(b.last)-deepest):len(b.last):len(b.last)], k == len(before)-1)
		w.todo = append(w.todo, one)
	}
}

// below adds the rows of those that wait for the first ones.
func (w *treeWriter) below() {
	for len(w.todo) > 0 && len(w.tree.Rows) < w.most {
		b := w.todo[len(w.todo)-1]
		w.todo = w.todo[:len(w.todo)-1]
		w.add(b, &b.next)
	}
}

// longestAlike is how long chains may be that are put together.
const longestAlike = 8

// folded puts those together that wait at the same line for the same, and are waited for
// alike, by one at most each; the one that has waited longest stands for them.
func (w *treeWriter) folded(waiters []int) []branch {
	var branches []branch
	first := map[string]int{}
	for _, i := range waiters {
		spot, each := w.spot(i)
		if spot != "" {
			if k, ok := first[spot]; ok {
				branches[k].alike++
				continue
			}
			first[spot] = len(branches)
		}
		branches = append(branches, branch{waiter: i, each: each})
	}
	return branches
}

// spot tells what a waiter has in common with those that are shown with it, and of how
// many waiters it consists; "": it is shown by itself.
func (w *treeWriter) spot(i int) (spot string, waiters int) {
	for waiters < longestAlike {
		one := &w.g.Waiters[i]
		spot += strings.Join([]string{string(one.Kind), one.Address.String(), one.Task.Handling, one.Task.At, one.Command(), string(one.Link)}, "\x00") + "\n"
		waiters++
		switch before := w.g.Before[i]; len(before) {
		case 0:
			return spot, waiters
		case 1:
			i = before[0]
		default:
			return "", 0
		}
	}
	return "", 0
}

func rowOfWaiter(by console.Teller, w *waits.Waiter) waitRow {
	row := waitRow{
		Kind: w.Kind, of: w.Address, Address: w.Address.String(), Service: w.Name, Task: w.Task.ID, Handling: w.Task.Handling, Site: w.Task.Site, At: w.Task.At,
		Wait: w.Task.Wait.Kind.String(), Command: w.Command(), Link: w.Link, Behind: w.Before,
		For: by.Node.Clock().Elapsed() - w.Since, text: by.WaiterText(w),
	}
	switch {
	case w.Kind == waits.Client:
		row.of, row.Address, row.Wait = 0, "", "call"
	case w.Task.Running || w.Kind == waits.Silent:
		row.Wait, row.For = "runs", w.Busy
	case w.Kind != waits.Task && w.Kind != waits.Promised:
		row.Wait, row.For = string(w.Kind), 0
	}
	return row
}

// treeText draws a tree.
func treeText(o *console.Operator, t *waitTree) string {
	var b strings.Builder
	rows := t.Rows
	title, role := t.title()
	switch {
	case t.Deadlock:
		b.WriteString(o.Paint(role, title))
		for len(rows) > 0 && rows[0].branch.depth == 0 {
			b.WriteString("\n  " + rows[0].text)
			rows = rows[1:]
		}
		if t.Waiters > 0 {
			b.WriteString("\n  " + waitFor(t.Waiters, "it"))
		}
	default:
		if title != "" {
			b.WriteString(o.Paint(role, title) + "\n")
		}
		b.WriteString(rows[0].text)
		if t.Waiters > 0 {
			b.WriteString("; " + waitFor(t.Waiters, "it"))
		}
		rows = rows[1:]
	}
	for i := range rows {
		b.WriteString("\n  " + o.Paint(render.Note, branchMark(&rows[i].branch)) + rows[i].text + o.Paint(render.Note, rows[i].alikeText()))
	}
	if t.Left > 0 {
		b.WriteString("\n  " + o.Paint(render.Note, t.leftText()))
	}
	if t.Untie != "" {
		b.WriteString("\n" + o.Paint(render.Note, console.Unties(t.Untie)))
	}
	return b.String()
}

// title says that a tree is a deadlock, or may be one; "": it is none.
func (t *waitTree) title() (string, render.Role) {
	way := strings.Join(t.Services.First, " -> ")
	switch {
	case t.Deadlock:
		return "deadlock: " + way, render.Error
	case t.Perhaps:
		return "perhaps a deadlock: " + way, render.Warning
	}
	return "", render.Plain
}

// alikeText says for how many more a row stands.
func (r *waitRow) alikeText() string {
	if r.Alike == 0 {
		return ""
	}
	return fmt.Sprintf(", and %s alike", render.Plural(r.Alike, "other", "others"))
}

// leftText says how many waiters of a tree have no row.
func (t *waitTree) leftText() string {
	return fmt.Sprintf(`… %s more; "waits all" shows them`, render.Count(t.Left))
}

func waitFor(n int, whom string) string {
	if n == 1 {
		return "1 waits for " + whom
	}
	return render.Count(n) + " wait for " + whom
}

// deepest is how far branches are moved to the right.
const deepest = 12

// branchMark draws what connects a row with the one that it waits for.
func branchMark(b *branch) string {
	if b.depth == 0 {
		return ""
	}
	mark := ""
	if hidden := b.depth - len(b.last); hidden > 0 {
		mark = fmt.Sprintf("+%d ", hidden)
	}
	for _, done := range b.last[:len(b.last)-1] {
		if done {
			mark += "   "
		} else {
			mark += "│  "
		}
	}
	if b.last[len(b.last)-1] {
		return mark + "└─ "
	}
	return mark + "├─ "
}

// taskGroup is a line of "tasks all".
type taskGroup struct {
	Tasks, Services int
	Oldest          time.Duration // how long the one waits that waits longest
	Service         string        // the file's name
	Wait            string        // what they wait for: "call", "sleep", …; "runs"
	Whom            string
	Command         string
	Queues          bool   // inside a queue or a lock,
	Behind          uint64 // behind this task; 0: not all behind the same
	At              string
	Kind            string // what most of them were made for,
	Site            string // at which line, or
	From            string // on whose message they work
	Origins         int    // how many of these there are
}

// allTasks shows the tasks of all services, by what they wait for.
func allTasks(ctx context.Context, o *console.Operator, all bool) error {
	timed, cancel := o.Timed(ctx)
	defer cancel()
	found := waits.Groups(timed, o.Node())
	if err := ctx.Err(); err != nil {
		return err
	}
	rows := silentRows(o, found.Silent)
	for i := range found.Groups {
		rows = append(rows, taskGroupOf(o, &found.Groups[i]))
	}
	shown, more := console.Cut(len(rows), all)
	err := console.Show(ctx, o, console.Listing[taskGroup]{
		Rows:  console.Rows(rows[:shown]),
		Count: shown, Left: more, Hint: `"tasks all all" shows them`, None: "no service has tasks",
		Columns: []render.Column{
			{Name: "tasks", Align: render.Right}, {Name: "services", Align: render.Right}, {Name: "oldest", Align: render.Right},
			{Name: "service", Shrink: 4}, {Name: "waits for", Shrink: 1, Below: true}, {Name: "at", Shrink: 2, Place: true},
			{Name: "origin", Role: render.Note, Shrink: 3, Place: true},
		},
		Cells: func(g taskGroup) []string {
			oldest := ""
			if g.Wait != "runs" && g.Wait != noAnswer {
				oldest = render.Duration(g.Oldest)
			}
			return []string{render.Count(g.Tasks), render.Count(g.Services), oldest, visible.Line(g.Service), visible.Line(g.waitsFor()), visible.Line(g.At), g.origin()}
		},
	})
	if err != nil || o.JSON {
		return err
	}
	if found.Left > 0 {
		o.Println(o.Paint(render.Note, render.Plural(found.Left, "task was", "tasks were")+" not looked at"))
	}
	if found.Unasked > 0 {
		o.Println(o.Paint(render.Warning, unaskedText(o.Limit(), found.Unasked)))
	}
	return nil
}

// unaskedText tells of services that were not asked, and how to ask them.
func unaskedText(limit time.Duration, unasked int) string {
	longer := max(30*time.Second, 4*limit).Truncate(time.Second)
	return fmt.Sprintf(`%s not asked: the time was over; "timeout %s" gives more`, render.Plural(unasked, "service with tasks was", "services with tasks were"), longer)
}

// noAnswer stands where it is not known what tasks wait for.
const noAnswer = "no answer"

// silentRows are those of the services that did not tell of their tasks in time.
func silentRows(o *console.Operator, silent []message.Address) (rows []taskGroup) {
	for _, address := range silent {
		row := taskGroup{Services: 1, Service: address.String() + " " + o.Node().NameOf(address), Wait: noAnswer}
		if svc := o.Node().Service(address); svc != nil {
			row.Tasks = svc.Stat().Tasks
		}
		rows = append(rows, row)
	}
	return rows
}

func taskGroupOf(o *console.Operator, g *waits.Group) taskGroup {
	row := taskGroup{
		Tasks: g.Tasks, Services: g.Services, Service: g.Service, Wait: g.Wait.String(), Whom: g.Whom, Command: g.Command, Queues: g.Queues, Behind: g.Behind, At: g.At,
		Oldest: o.Node().Clock().Elapsed() - g.Since, Kind: g.Origin.Kind.String(), Site: g.Origin.Site, From: g.Origin.From, Origins: g.Origins,
	}
	if g.Wait == service.WaitNone {
		row.Wait, row.Oldest = "runs", 0
	}
	return row
}

// origin says what the tasks of a group were made for, in few words: "fork :12" is one that
// was made at line 12 of the file in which they stand.
func (g *taskGroup) origin() string {
	text := g.Kind
	switch {
	case g.From != "" && g.Kind == service.TaskMessage.String():
		text = "from " + g.From
	case g.Site != "":
		file, _, _ := strings.Cut(g.At, ":")
		text += " " + strings.TrimPrefix(g.Site, file)
	}
	if g.Origins > 1 {
		text += fmt.Sprintf(" +%d", g.Origins-1)
	}
	return visible.Line(text)
}

// waitsFor says what the tasks of a group wait for.
func (g *taskGroup) waitsFor() string {
	switch {
	case g.Queues && g.Behind != 0:
		return console.QueuesBehind(g.Behind)
	case g.Queues:
		return "queues behind a task"
	}
	text := g.Wait
	if g.Whom != "" {
		text += " " + g.Whom
	}
	if g.Command != "" {
		text += " " + visible.Quote(g.Command)
	}
	return text
}
