package command

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/runtime/service"
)

// This file holds the commands about a service's state.

var stateCommands = []*console.Command{
	{Name: "dump", Group: console.StateOf, Usage: "[--depth N | --all] SERVICE [PATH]",
		Help: "Shows a service's state: its globals and the local variables of its file and functions, as much of it as fits a screen; where that is not all, tables have their size, of all that they lead to. A path goes straight to one place. " +
			"--depth shows so many levels of tables, --all everything there is, within large limits; limits sets what else bounds a reply.",
		Examples: []string{"dump CHAT_ROOM_SERVICE", "dump CHAT_ROOM_SERVICE rooms.lobby.users[1]", "dump --depth 2 CHAT_ROOM_SERVICE"},
		Complete: []console.Completer{console.CompleteService, completePath}, Reads: console.Always, Run: dump},
	{Name: "set", Group: console.StateOf, Usage: "SERVICE PATH EXPRESSION",
		Help:     "Changes one place of a service's state. The expression is evaluated inside the service.",
		Examples: []string{`set CHAT_ROOM_SERVICE rooms.lobby.topic "tea"`},
		Complete: []console.Completer{console.CompleteService, completePath}, Run: set},
}

// dumpArgs are what dump is asked for.
type dumpArgs struct {
	service string
	path    plain.Path
	limits  plain.Limits
	exact   bool // how much is shown was said
}

// readDump reads the arguments; options may stand anywhere.
func readDump(o *console.Operator, args string) (asked dumpArgs, err error) {
	asked.limits = o.Shown()
	var rest []string
	for args != "" {
		var word string
		word, args = console.CutWord(args)
		switch {
		case word == "--all":
			asked.limits, asked.exact = plain.AllLimits, true
		case word == "--depth":
			word, args = console.CutWord(args)
			if asked.limits.Depth, err = strconv.Atoi(word); err != nil || asked.limits.Depth < 0 || asked.limits.Depth > plain.AllLimits.Depth {
				return asked, fmt.Errorf("--depth takes a number of levels up to %d", plain.AllLimits.Depth)
			}
			asked.exact = true
		case asked.service == "":
			asked.service = word
		default:
			rest = append(rest, word)
		}
	}
	if len(rest) > 0 {
		asked.path, err = plain.ParsePath(strings.Join(rest, " "))
	}
	return asked, err
}

func dump(ctx context.Context, o *console.Operator, args string) error {
	asked, err := readDump(o, args)
	if err != nil {
		return err
	}
	svc, err := o.Service(asked.service)
	if err != nil {
		return err
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	state, err := inspect.Dump(ctx, svc, asked.path, asked.limits)
	if err != nil {
		return err
	}
	if len(state.Entries) == 0 {
		return o.Reply(map[string]any{}, console.Title(svc)+" has no state of its own")
	}
	data := map[string]plain.Value{}
	var roots []render.Root
	var places []plain.Path
	for _, e := range state.Entries {
		data[e.Key.Text] = e.Value
		places = append(places, plain.Path{plain.NameKey(e.Key.Text)})
		roots = append(roots, render.Root{Name: e.Key.Text, Value: e.Value})
	}
	if asked.exact || o.JSON {
		return o.ReplyValues(data, o.Style().Tree(roots...))
	}
	least := 0
	if len(asked.path) > 0 {
		least, places[0] = 1, asked.path
	}
	for i, r := range roots { // before names are cut
		roots[i].Value = o.Hidden().Value(r.Name, r.Value)
	}
	if fits(roots) {
		return o.ReplyValues(data, o.Style().Tree(roots...))
	}
	sizes, err := inspect.Sizes(ctx, svc, places, mostMeasured)
	if err != nil {
		return o.NoAnswer(svc, err)
	}
	for i, size := range sizes {
		if roots[i].Value.Kind == plain.Table {
			roots[i].Note = sizeText(size)
		}
	}
	return o.ReplyValues(data, overview(o, svc, roots, least))
}

// sizeText tells how large the value of a name is.
func sizeText(s inspect.Size) string {
	text := render.Size(int64(s.Bytes))
	if s.Least {
		text = "≥ " + text
	}
	return text
}

// What of a state is shown unless more was asked for.
const (
	screenLines   = 24
	screenColumns = 80
)

// fewEntries is how many entries of each table are shown where more would not fit, and
// fewBytes how much of each string.
const (
	fewEntries = 8
	fewBytes   = 60
)

// mostMeasured is how many places of tables are looked at for the sizes of an overview: some
// 200 ms, between which messages pass.
const mostMeasured = 2_000_000

// overview draws as many levels, but no fewer than least, and as many entries, as fit a
// screen; less than one line for each name of the state, or each entry of the place that was
// asked for, it can't be.
func overview(o *console.Operator, svc *service.Service, roots []render.Root, least int) string {
	some := slices.Clone(roots)
	for depth := o.Shown().Depth; depth >= least && !fits(some); depth-- {
		for _, width := range []int{o.Shown().Width, fewEntries} {
			for i, r := range roots {
				some[i].Value = r.Value.Within(plain.Limits{Depth: depth, Width: width, Text: fewBytes})
			}
			if fits(some) {
				break
			}
		}
	}
	return o.Style().Tree(some...) + "\n" + o.Paint(render.Note, fmt.Sprintf(`more: "dump %s PATH", "dump --all %[1]s"`, console.Typed(svc)))
}

// fits tells whether trees fit a screen of 80 columns, whatever the session's has.
func fits(roots []render.Root) bool {
	rows := 0
	for line := range strings.Lines(render.Style{}.Tree(roots...)) {
		rows += 1 + max(0, render.Width(strings.TrimRight(line, "\n"))-1)/screenColumns
	}
	return rows <= screenLines
}

func set(ctx context.Context, o *console.Operator, args string) error {
	word, rest := console.CutWord(args)
	if rest == "" {
		return o.Usage("set")
	}
	svc, err := o.Service(word)
	if err != nil {
		return err
	}
	path, expression, err := plain.CutPath(rest)
	if err != nil {
		return err
	}
	if len(path) == 0 || expression == "" {
		return o.Usage("set")
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	before, after, err := inspect.Set(ctx, svc, path, expression, o.Shown())
	if err != nil {
		return o.NoAnswer(svc, err)
	}
	style := o.Style()
	return o.Reply(map[string]any{"path": path.String(), "before": before, "after": after},
		fmt.Sprintf("%s = %s  %s", path, style.Inline(after, 0), o.Paint(render.Note, "was "+style.Inline(before, 0))))
}
