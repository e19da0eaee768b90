package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/plain"
	"lunarium/inspect/snapshot"
	"lunarium/runtime/files"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/worded"
)

// This file holds the commands about a service's state at other times: snapshot, restore,
// snapshots, and what diff tells of snapshots.

var snapshotCommands = []*console.Command{
	{Name: "snapshot", Group: console.StateOf, Usage: "SERVICE [NAME | FILE]",
		Help: "Keeps a service's state as it is at this moment, for diff, restore and what-if, under a name or in a file; a FILE has a slash or a dot in it. " +
			"16 of a service are kept until it ends, and 256 MB of all.",
		Examples: []string{"snapshot CHAT_ROOM_SERVICE", "snapshot CHAT_ROOM_SERVICE before-patch", "snapshot CHAT_ROOM_SERVICE ./chat.snapshot"},
		Complete: []console.Completer{console.CompleteService}, Run: takeSnapshot},
	{Name: "restore", Group: console.StateOf, Usage: "[--dry-run] SERVICE NAME | FILE",
		Help: "Puts a service's state back as it was when a snapshot was taken, between two of its messages. Tables stay the same tables for whoever holds them; functions and tasks stay as they are. " +
			"A snapshot of the state before is taken first and named. --dry-run only tells what would change.",
		Examples: []string{"restore CHAT_ROOM_SERVICE s1", "restore --dry-run CHAT_ROOM_SERVICE s1", "restore CHAT_ROOM_SERVICE ./chat.snapshot"},
		Complete: []console.Completer{console.CompleteService, completeSnapshot}, Run: restoreSnapshot},
	{Name: "snapshots", Group: console.StateOf, Usage: "[SERVICE | drop SERVICE NAME]",
		Help:     "Lists the snapshots that are kept, of a service or of all; drop forgets one.",
		Examples: []string{"snapshots", "snapshots drop CHAT_ROOM_SERVICE s1"},
		Complete: []console.Completer{console.CompleteService, console.CompleteService, completeDropped}, Reads: console.Unless("drop"), Run: listSnapshots},
}

// mostShownChanges is how many changes are shown unless all are asked for.
const mostShownChanges = 100

// longHeld is how long a service may be held without being told of.
const longHeld = 10 * time.Millisecond

var errNoSnapshots = errors.New("snapshots are not kept on this node")

func isFile(name string) bool { return strings.ContainsAny(name, "/.") }

func takeSnapshot(ctx context.Context, o *console.Operator, args string) error {
	words, err := console.SplitWords(args)
	if err != nil {
		return err
	}
	if len(words) == 0 || len(words) > 2 {
		return o.Usage("snapshot")
	}
	svc, err := o.Service(words[0])
	if err != nil {
		return err
	}
	asked := strings.Join(words[1:], "")
	if isFile(asked) {
		return snapshotToFile(ctx, o, svc, asked)
	}
	one, err := keepSnapshot(ctx, o, svc, asked)
	if err != nil {
		return err
	}
	return o.Reply(snapshotRowOf(one), fmt.Sprintf(`%s of %s: %s; "diff %s %[1]s" tells what has changed since`,
		one.Name, console.Title(svc), snapshotSize(one), console.Typed(svc))+snapshotNotes(o, one.Tasks, "were in the middle of something", one.Held))
}

// keepSnapshot takes a snapshot and keeps it, under a name that is made when none is asked for.
func keepSnapshot(ctx context.Context, o *console.Operator, svc *service.Service, asked string) (*snapshot.Snapshot, error) {
	if o.Snapshots == nil {
		return nil, errNoSnapshots
	}
	name, err := snapshotName(o, svc, asked)
	if err == nil {
		err = snapshotError(svc, o.Snapshots.Room(svc))
	}
	if err != nil {
		return nil, err
	}
	timed, cancel := o.Timed(ctx)
	defer cancel()
	one, err := snapshot.Take(timed, svc, name)
	if err != nil {
		return nil, err
	}
	return one, snapshotError(svc, o.Snapshots.Put(svc, one))
}

// snapshotName gives the name that a snapshot is to have.
func snapshotName(o *console.Operator, svc *service.Service, asked string) (string, error) {
	if asked == "all" || asked == "drop" || strings.HasPrefix(asked, snapshot.Before) {
		return "", fmt.Errorf("%s is no name for a snapshot: it has a meaning of its own", asked)
	}
	name, err := o.Snapshots.Name(svc, asked)
	return name, snapshotError(svc, err)
}

// snapshotError says what helps against a snapshot that is not kept.
func snapshotError(svc *service.Service, err error) error {
	if errors.Is(err, snapshot.ErrFull) || errors.Is(err, snapshot.ErrTaken) {
		return fmt.Errorf(`%w; "snapshots drop %s NAME" forgets one`, err, console.Typed(svc))
	}
	return err
}

func snapshotToFile(ctx context.Context, o *console.Operator, svc *service.Service, path string) error {
	if err := o.MayWriteFile(path); err != nil {
		return err
	}
	timed, cancel := o.Timed(ctx)
	defer cancel()
	one, err := snapshot.Take(timed, svc, "")
	if err != nil {
		return err
	}
	content, err := one.File()
	if err == nil {
		err = o.WriteFile(path, content)
	}
	if err != nil {
		return err
	}
	row := snapshotRowOf(one)
	row.File = path
	return o.Reply(row, fmt.Sprintf("%s has the state of %s: %s", visible.Line(path), console.Title(svc), snapshotSize(one))+
		snapshotNotes(o, one.Tasks, "were in the middle of something", one.Held))
}

// snapshotRow is a snapshot as JSON.
type snapshotRow struct {
	Address, Service string
	Name, File       string `json:",omitempty"`
	Taken            time.Time
	Version          int
	Tasks            int
	Places           int
	Objects          int
	Entries          int
	Bytes            int64
	Held             time.Duration `json:",omitempty"`
}

func snapshotRowOf(s *snapshot.Snapshot) snapshotRow {
	return snapshotRow{
		Address: s.Address.String(), Service: s.Service, Name: s.Name, Taken: s.Taken, Version: s.Version, Tasks: s.Tasks,
		Places: s.Places, Objects: s.Objects, Entries: s.Entries, Bytes: s.Bytes(), Held: s.Held,
	}
}

func snapshotSize(s *snapshot.Snapshot) string {
	return fmt.Sprintf("%s, %s, %s", render.Plural(s.Places, "name", "names"), render.Plural(s.Entries, "entry", "entries"), render.Size(s.Bytes()))
}

// snapshotNotes tells of tasks that were, or are, under way, and for how long messages waited.
func snapshotNotes(o *console.Operator, tasks int, doing string, held time.Duration) (text string) {
	if tasks == 1 {
		doing = strings.Replace(strings.Replace(doing, "were ", "was ", 1), "go on with what they hold", "goes on with what it holds", 1)
	}
	if tasks > 0 {
		text += "\n" + o.Paint(render.Note, fmt.Sprintf("%s %s", render.Plural(tasks, "task", "tasks"), doing))
	}
	if held >= longHeld {
		text += "\n" + o.Paint(render.Note, "its messages waited for "+render.Duration(held))
	}
	return text
}

// findSnapshot finds the snapshot of a name, or reads a file.
func findSnapshot(o *console.Operator, svc *service.Service, name string) (*snapshot.Snapshot, error) {
	if isFile(name) {
		return readSnapshot(o, name)
	}
	if o.Snapshots == nil {
		return nil, errNoSnapshots
	}
	if one := o.Snapshots.Find(svc, name); one != nil {
		return one, nil
	}
	names := snapshotNames(o, svc)
	if len(names) == 0 {
		return nil, fmt.Errorf(`no snapshot %s of %s; there are none, "snapshot %s" takes one`, visible.Line(name), console.Title(svc), console.Typed(svc))
	}
	verb := "are"
	if len(names) == 1 {
		verb = "is"
	}
	return nil, fmt.Errorf("no snapshot %s of %s; there %s %s", visible.Line(name), console.Title(svc), verb, strings.Join(names, ", "))
}

func readSnapshot(o *console.Operator, path string) (*snapshot.Snapshot, error) {
	if o.Remote {
		return nil, console.ErrRemote
	}
	if info, err := os.Stat(path); err == nil && info.Size() > 2*snapshot.MostBytes {
		return nil, fmt.Errorf("%s %w: it has %s", visible.Line(path), snapshot.ErrDamaged, render.Size(info.Size()))
	}
	content, err := files.ReadRegular(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %s", path, worded.FileText(err))
	}
	one, err := snapshot.OfFile(content)
	if err != nil {
		return nil, fmt.Errorf("%s %w", visible.Line(path), err)
	}
	one.Name = path
	return one, nil
}

func snapshotNames(o *console.Operator, svc *service.Service) (names []string) {
	for _, one := range o.Snapshots.Of(svc) {
		names = append(names, one.Name)
	}
	return names
}

func completeSnapshot(o *console.Operator, t console.Typing) console.Completion {
	c := console.Completion{From: t.From}
	if svc, err := o.Service(t.Before[len(t.Before)-1]); err == nil && o.Snapshots != nil {
		c.Candidates = console.Beginning(snapshotNames(o, svc), t.Word())
	}
	return c
}

// completeDiffed completes the snapshots after diff SERVICE.
func completeDiffed(o *console.Operator, t console.Typing) console.Completion {
	t.Before = t.Before[:min(len(t.Before), 2)]
	return completeSnapshot(o, t)
}

// completeDropped completes the name after snapshots drop SERVICE.
func completeDropped(o *console.Operator, t console.Typing) console.Completion {
	if len(t.Before) == 3 && t.Before[1] == "drop" {
		return completeSnapshot(o, t)
	}
	return console.Completion{From: t.From}
}

func listSnapshots(ctx context.Context, o *console.Operator, args string) error {
	if o.Snapshots == nil {
		return errNoSnapshots
	}
	words := strings.Fields(args)
	if len(words) == 3 && words[0] == "drop" {
		return dropSnapshot(o, words[1], words[2])
	}
	if len(words) > 1 {
		return o.Usage("snapshots")
	}
	services := o.Node().Services()
	if len(words) == 1 {
		svc, err := o.Service(words[0])
		if err != nil {
			return err
		}
		services = []*service.Service{svc}
	}
	var list []*snapshot.Snapshot
	for _, svc := range services {
		list = append(list, o.Snapshots.Of(svc)...)
	}
	now := o.Node().Clock().Now()
	return console.Show(ctx, o, console.Listing[snapshotRow]{
		Rows: console.RowsOf(list, snapshotRowOf), Count: len(list), None: `there are no snapshots; "snapshot SERVICE" takes one`,
		Columns: []render.Column{
			{Name: "name", Role: render.Key}, {Name: "address", Role: render.Address}, {Name: "service"}, {Name: "taken", Align: render.Right},
			{Name: "version", Align: render.Right}, {Name: "entries", Align: render.Right}, {Name: "size", Align: render.Right},
		},
		Cells: func(r snapshotRow) []string {
			return []string{r.Name, r.Address, visible.Line(r.Service), render.Duration(now.Sub(r.Taken)) + " ago", fmt.Sprint(r.Version), render.Count(r.Entries), render.Size(r.Bytes)}
		},
	})
}

func dropSnapshot(o *console.Operator, word, name string) error {
	svc, err := o.Service(word)
	if err != nil {
		return err
	}
	if !o.Snapshots.Drop(svc, name) {
		_, err := findSnapshot(o, svc, name)
		return err
	}
	return o.Reply(map[string]any{"dropped": name, "address": svc.Address().String()}, fmt.Sprintf("%s of %s is forgotten", name, console.Title(svc)))
}

// diffSnapshots tells how a snapshot differs from another, or from the state as it is.
func diffSnapshots(ctx context.Context, o *console.Operator, svc *service.Service, names []string, all bool) error {
	from, err := findSnapshot(o, svc, names[0])
	if err != nil {
		return err
	}
	timed, cancel := o.Timed(ctx)
	defer cancel()
	var to *snapshot.Snapshot
	if len(names) > 1 {
		to, err = findSnapshot(o, svc, names[1])
	} else {
		to, err = snapshot.Take(timed, svc, "")
	}
	if err != nil {
		return err
	}
	d, err := snapshot.Compare(from, to)
	if err != nil {
		return err
	}
	since := fmt.Sprintf("since %s, %s ago", visible.Line(from.Name), render.Duration(to.Taken.Sub(from.Taken)))
	if len(names) > 1 {
		since = fmt.Sprintf("from %s to %s, %s later", visible.Line(from.Name), visible.Line(to.Name), render.Duration(to.Taken.Sub(from.Taken)))
	}
	text := fmt.Sprintf("nothing has changed %s", since)
	if !d.Equal() {
		text = since + ": " + changeCounts(d) + changeLines(o, d, all, fmt.Sprintf(`"diff %s %s all" shows them`, console.Typed(svc), strings.Join(names, " ")))
	}
	if d.Reloaded {
		text += "\n" + o.Paint(render.Note, fmt.Sprintf("the code is another version: %d then, %d now", from.Version, to.Version))
	}
	return o.Reply(differenceDataOf(d), text)
}

// changeCounts says how much of what has changed.
func changeCounts(d *snapshot.Difference) string {
	var counts []string
	for _, one := range []struct {
		n    int
		what snapshot.Kind
	}{{d.Added, snapshot.Added}, {d.Removed, snapshot.Removed}, {d.Changed, snapshot.Changed}} {
		if one.n > 0 {
			counts = append(counts, render.Count(one.n)+" "+string(one.what))
		}
	}
	if counts == nil {
		return "nothing changed"
	}
	return strings.Join(counts, ", ")
}

var changeMarks = map[snapshot.Kind]struct {
	mark string
	role render.Role
}{
	snapshot.Added: {"+", render.Added}, snapshot.Removed: {"-", render.Removed}, snapshot.Changed: {"~", render.Changed},
}

// widestValue is how many columns a value takes in a line of changes.
const widestValue = 60

// changeLines draws changes, a line each, with how to see those that are left out.
func changeLines(o *console.Operator, d *snapshot.Difference, all bool, hint string) string {
	shown := d.Changes
	if !all && len(shown) > mostShownChanges {
		shown = shown[:mostShownChanges]
	}
	column := 0
	for _, c := range shown {
		column = max(column, min(render.Width(c.Path), widestValue/2))
	}
	var b strings.Builder
	for _, c := range shown {
		m := changeMarks[c.Kind]
		pad := strings.Repeat(" ", max(column-render.Width(c.Path), 0))
		fmt.Fprintf(&b, "\n%s %s%s  %s", o.Paint(m.role, m.mark), o.Paint(m.role, c.Path), pad, changeValues(o, c))
		if c.More > 0 {
			b.WriteString("\n" + o.Paint(render.Note, fmt.Sprintf("  … %s more %s in the same table", render.Count(c.More), c.Kind)))
		}
	}
	if left := len(d.Changes) - len(shown) + d.Left; left > 0 {
		b.WriteString("\n" + o.Paint(render.Note, fmt.Sprintf("… %s more; %s", render.Count(left), hint)))
	}
	return b.String()
}

func changeValues(o *console.Operator, c snapshot.Change) string {
	style := o.Style()
	c.Before, c.After = style.Secrets.Value(c.Path, c.Before), style.Secrets.Value(c.Path, c.After)
	switch c.Kind {
	case snapshot.Added:
		return style.Inline(c.After, widestValue)
	case snapshot.Removed:
		return style.Inline(c.Before, widestValue)
	}
	return style.Inline(c.Before, widestValue/2) + " → " + style.Inline(c.After, widestValue/2)
}

// differenceData is a difference as JSON.
type differenceData struct {
	Since                   time.Duration
	Added, Removed, Changed int
	Reloaded                bool
	Changes                 []changeData
	Left                    int
}

type changeData struct {
	Path          string
	Change        snapshot.Kind
	Before, After plain.Value
	More          int `json:",omitempty"`
}

func differenceDataOf(d *snapshot.Difference) differenceData {
	data := differenceData{d.Since, d.Added, d.Removed, d.Changed, d.Reloaded, []changeData{}, d.Left}
	for _, c := range d.Changes {
		data.Changes = append(data.Changes, changeData{c.Path, c.Kind, c.Before, c.After, c.More})
	}
	return data
}

func restoreSnapshot(ctx context.Context, o *console.Operator, args string) error {
	words, err := console.SplitWords(args)
	if err != nil {
		return err
	}
	dry := len(words) > 0 && words[0] == "--dry-run"
	if dry {
		words = words[1:]
	}
	if len(words) != 2 {
		return o.Usage("restore")
	}
	svc, err := o.Service(words[0])
	if err != nil {
		return err
	}
	from, err := findSnapshot(o, svc, words[1])
	if err == nil && from.Service != console.Base(svc) {
		err = fmt.Errorf("not restored: %s is a snapshot of %s, and %s is another service", visible.Line(from.Name), visible.Line(from.Service), console.Title(svc))
	}
	if err != nil {
		return err
	}
	timed, cancel := o.Timed(ctx)
	defer cancel()
	if dry {
		return wouldRestore(timed, o, svc, from)
	}
	if o.Snapshots == nil {
		return errNoSnapshots
	}
	before, err := o.Snapshots.Name(svc, snapshot.Before)
	if err != nil {
		return err
	}
	done, err := snapshot.Restore(timed, svc, from, before)
	if err != nil {
		return err
	}
	return replyRestored(o, svc, from, done, o.Snapshots.Put(svc, done.Before))
}

// wouldRestore tells what a restore would change.
func wouldRestore(ctx context.Context, o *console.Operator, svc *service.Service, from *snapshot.Snapshot) error {
	now, err := snapshot.Take(ctx, svc, "")
	if err != nil {
		return err
	}
	d, err := snapshot.Compare(now, from)
	if err != nil {
		return err
	}
	if d.Equal() {
		return o.Reply(differenceDataOf(d), fmt.Sprintf("a restore of %s would change nothing in %s", visible.Line(from.Name), console.Title(svc)))
	}
	return o.Reply(differenceDataOf(d), fmt.Sprintf("a restore of %s would change %s: %s", visible.Line(from.Name), console.Title(svc), changeCounts(d))+
		changeLines(o, d, false, "the others are left out"))
}

// restoredData is what restore did, as JSON.
type restoredData struct {
	differenceData
	Before   string // the snapshot of the state before
	LeftOut  []snapshot.Left
	LeftMore int
	Tasks    int
	Held     time.Duration `json:",omitempty"`
}

// replyRestored tells what a restore did, and why the state before is not kept, if it is not.
func replyRestored(o *console.Operator, svc *service.Service, from *snapshot.Snapshot, done *snapshot.Restored, notKept error) error {
	d, err := snapshot.Compare(done.Before, done.After)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s is as it was in %s, %s ago: %s; ", console.Title(svc), visible.Line(from.Name),
		render.Duration(done.Before.Taken.Sub(from.Taken)), changeCounts(d))
	if d.Equal() && len(done.Left) > 0 {
		text = fmt.Sprintf("nothing of %s could be restored to %s; ", visible.Line(from.Name), console.Title(svc))
	}
	hint := fmt.Sprintf(`"diff %s %s all" shows them`, console.Typed(svc), done.Before.Name)
	if notKept != nil {
		text += "the state before is not kept: " + worded.Text(notKept)
		hint, done.Before.Name = "the others are left out", ""
	} else {
		text += fmt.Sprintf(`"restore %s %s" takes it back`, console.Typed(svc), done.Before.Name)
	}
	text += changeLines(o, d, false, hint)
	for _, l := range done.Left {
		what := ""
		if l.What != "" {
			what = ", which was " + visible.Line(l.What)
		}
		text += "\n" + o.Paint(render.Warning, fmt.Sprintf("left: %s%s: %s", visible.Line(l.Path), what, l.Why))
	}
	if done.LeftMore > 0 {
		text += "\n" + o.Paint(render.Warning, fmt.Sprintf("left: … %s more", render.Count(done.LeftMore)))
	}
	if from.Version != done.After.Version {
		text += "\n" + o.Paint(render.Note, fmt.Sprintf("the code is another version: %d then, %d now", from.Version, done.After.Version))
	}
	text += snapshotNotes(o, done.Tasks, "go on with what they hold", done.Held)
	return o.Reply(restoredData{differenceDataOf(d), done.Before.Name, done.Left, done.LeftMore, done.Tasks, done.Held}, text)
}
