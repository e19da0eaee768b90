package command

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/reload"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file holds the commands about code: reload, versions, undo, redo, diff.

var codeCommands = []*console.Command{
	{Name: "reload", Group: console.Code, Usage: "[--dry-run] [--probe 'LUA EXPRESSIONS' [--within DURATION] [--expect 'LUA EXPRESSIONS']] SERVICE [FILE | --to VERSION]",
		Help:     "Replaces a service's code by what its file holds now; the state stays. So it does for the modules that the service loaded with require and that have changed. On any error the old code goes on serving. A FILE that is a module's reloads that one; another takes the place of the table with handle_message that the service keeps in a variable, or, when it keeps none, of the service's own file. --dry-run only tells what would change. --probe sends a request to the new code and goes back to the old one when the answer is an error, is not there in time, or is not what --expect says. --to goes to a version that ran before, see versions.",
		Examples: []string{"reload CHAT_ROOM_SERVICE", "reload --dry-run CHAT_ROOM_SERVICE", "reload HOT_RELOADABLE service_impl.lua", "reload CHAT_ROOM_SERVICE --to 1", `reload --probe '"join", 1, "lobby", "ann"' --within 100ms CHAT_ROOM_SERVICE`},
		Complete: []console.Completer{console.CompleteService, console.CompleteFile}, Run: reloadCode},
	{Name: "hotfix", Group: console.Code, Usage: "[--dry-run] SERVICE FUNCTION FILE | 'function(...) ... end'",
		Help:     "Replaces one function of a running service by the function of that name in a file, or by a text; everything else stays as it runs. Names in it mean what they mean where the old one is written. It is a new version, which undo takes back; --dry-run only tells what would change. The file of the service stays as it is, so that the next reload brings back what that says.",
		Examples: []string{"hotfix CHAT_ROOM_SERVICE commands.join ./fixed.lua", "hotfix SHOP total 'function(items) return 0 end'"},
		Complete: []console.Completer{console.CompleteService, completeFunction, console.CompleteFile}, Run: hotfix},
	{Name: "undo", Group: console.Code, Usage: "SERVICE",
		Help:     "Goes back to the code of the version before. What the reload wrote is what it was before; what the service has changed since stays.",
		Complete: []console.Completer{console.CompleteService}, Run: undoCode},
	{Name: "redo", Group: console.Code, Usage: "SERVICE",
		Help:     "Goes forward again to the version that was undone last.",
		Complete: []console.Completer{console.CompleteService}, Run: redoCode},
	{Name: "diff", Group: console.Code, Usage: "SERVICE [VERSION [VERSION] | SNAPSHOT [SNAPSHOT] [all]]",
		Help: "Compares the texts of two versions of a service's code, line by line: the one before with the one that runs, a version with the one that runs, or two versions. " +
			"With the name or file of a snapshot it compares the state then with the state now, or with that of another snapshot, place by place; all shows very many changes.",
		Examples: []string{"diff CHAT_ROOM_SERVICE", "diff CHAT_ROOM_SERVICE 1", "diff CHAT_ROOM_SERVICE 1 3", "diff CHAT_ROOM_SERVICE s1", "diff CHAT_ROOM_SERVICE s1 s2"},
		Complete: []console.Completer{console.CompleteService, completeDiffed}, Needs: console.Observing, Run: diff},
	{Name: "versions", Group: console.Code, Usage: "SERVICE",
		Help:     "Lists the versions of a service's code: when each was installed and what it changed. The last 64 are kept, while they take less than 32 MB.",
		Complete: []console.Completer{console.CompleteService}, Needs: console.Observing, Run: versions},
}

// reloadArgs are what reload is asked for.
type reloadArgs struct {
	dry     bool
	to      string // a version's number
	probe   probe
	service string
	file    string
}

// readReload reads the arguments; options may stand anywhere.
func readReload(o *console.Operator, args string) (asked reloadArgs, err error) {
	words, err := console.SplitWords(args)
	if err != nil {
		return asked, err
	}
	within := ""
	options := map[string]*string{"--to": &asked.to, "--probe": &asked.probe.message, "--expect": &asked.probe.expect, "--within": &within}
	var rest []string
	for i := 0; i < len(words); i++ {
		word := words[i]
		switch value := options[word]; {
		case word == "--dry-run":
			asked.dry = true
		case value != nil && i+1 < len(words):
			i++
			*value = words[i]
		case strings.HasPrefix(word, "--"):
			return asked, o.Usage("reload")
		default:
			rest = append(rest, word)
		}
	}
	if len(rest) == 0 || len(rest) > 2 || asked.to != "" && len(rest) > 1 {
		return asked, o.Usage("reload")
	}
	asked.service, asked.file = rest[0], strings.Join(rest[1:], "")
	if within != "" {
		if asked.probe.within, err = console.ParseDuration(within); err != nil {
			return asked, err
		}
	}
	return asked, asked.probe.check(o)
}

func reloadCode(ctx context.Context, o *console.Operator, args string) error {
	asked, err := readReload(o, args)
	if err != nil {
		return err
	}
	svc, err := o.Service(asked.service)
	if err != nil {
		return err
	}
	timed, cancel := o.Timed(ctx)
	defer cancel()
	before := 0
	if asked.probe.message != "" {
		if before, err = runningVersion(timed, svc); err != nil {
			return o.NoAnswer(svc, err)
		}
	}
	var change *reload.Change
	if asked.to != "" {
		change, err = goToVersion(timed, svc, asked.to, asked.dry)
	} else {
		change, err = reload.Reload(timed, svc, asked.file, asked.dry)
	}
	switch {
	case errors.Is(err, reload.ErrNoVersion), errors.Is(err, errNoNumber):
		return err
	case err != nil:
		return notReloaded(o, err)
	case asked.probe.message != "":
		return reloadProbed(ctx, o, svc, &asked.probe, change, before)
	}
	return replyChange(o, change)
}

// reloadProbed keeps a reload if the new code answers the probe, and goes back to the
// version that ran before if not.
func reloadProbed(ctx context.Context, o *console.Operator, svc *service.Service, p *probe, change *reload.Change, before int) error {
	row := rowOfChange(change)
	text := changeText(o, row)
	if change.Unchanged || change.DryRun {
		return o.Reply(row, text+"\nthere is no new code to be probed")
	}
	found, err := p.run(ctx, o, svc)
	if err == nil {
		if found.Took = o.Told(found.Took); found.Took > 0 {
			text += "\nprobed, and answered after " + render.Duration(found.Took) + ": "
		} else {
			text += "\nprobed, and answered: "
		}
		row.Probe = found
		return o.Reply(row, text+o.Style().Results(found.Results))
	}
	failure := fmt.Errorf("the probe failed: %w", err)
	timed, cancel := o.Timed(context.WithoutCancel(ctx))
	defer cancel()
	if svc.Status() == service.StatusEnded {
		return fmt.Errorf("%w\n%s has ended with it; \"launch %s\" starts it anew", failure, console.Title(svc), svc.Spec().Name)
	}
	back, err := reload.GoTo(timed, svc, before, false)
	if err != nil {
		return fmt.Errorf("%w\nand the code could not be taken back: %w\nversion %d, the new one, serves on; \"reload %s --to %d\" tries again", failure, err, change.Version, console.Typed(svc), before)
	}
	return fmt.Errorf("%w\nversion %d serves on; what else the probe changed or started stays", failure, back.Version)
}

// errNoNumber refuses a version that is none.
var errNoNumber = errors.New("is no version's number; versions lists them")

func goToVersion(ctx context.Context, svc *service.Service, version string, dry bool) (*reload.Change, error) {
	number, err := strconv.Atoi(version)
	if err != nil {
		return nil, fmt.Errorf("%s %w", version, errNoNumber)
	}
	return reload.GoTo(ctx, svc, number, dry)
}

// notReloaded adds to an error that nothing was changed by it.
func notReloaded(o *console.Operator, err error) error {
	trace := ""
	var failed *reload.CodeError
	var late *reload.LateError
	switch {
	case errors.As(err, &late):
		trace = late.Traceback
		err = &console.EndedError{Text: "loading " + late.Text + " took longer than " + render.Duration(o.Limit()) + " and was ended; nothing was changed", Err: err}
		if errors.Is(err, context.Canceled) {
			err = &console.EndedError{Text: "loading " + late.Text + " was interrupted; nothing was changed", Err: err}
		}
	case errors.As(err, &failed):
		trace = failed.Traceback
	}
	text := ""
	for _, line := range strings.Split(trace, "\n") {
		if line = strings.TrimSpace(line); line != "" && line != "stack traceback:" {
			text += "\n    " + line
		}
	}
	return fmt.Errorf("not reloaded: %w%s\nthe old code and its state go on serving", err, text)
}

// functionText is how what is typed as a function begins, also with what does not belong there:
// no name of a file.
var functionText = regexp.MustCompile(`^[\s(]*(return\s+)?(local\s+)?([\w.]+\s*=\s*)?function\b[\w\s.:]*\(`)

func hotfix(ctx context.Context, o *console.Operator, args string) error {
	words, err := console.SplitWords(args)
	if err != nil {
		return err
	}
	dry := slices.Contains(words, "--dry-run")
	words = slices.DeleteFunc(words, func(word string) bool { return word == "--dry-run" })
	if len(words) != 3 {
		return o.Usage("hotfix")
	}
	svc, err := o.Service(words[0])
	if err != nil {
		return err
	}
	if words[1] == "" || strings.TrimSpace(words[2]) == "" {
		return errors.New(`it is not said which function, or what it is to be; "help hotfix" shows how`)
	}
	patch := reload.Patch{Function: words[1], File: words[2]}
	if functionText.MatchString(words[2]) {
		patch.File, patch.Text = "", words[2]
	}
	timed, cancel := o.Timed(ctx)
	defer cancel()
	change, err := reload.Hotfix(timed, svc, patch, dry)
	if err != nil {
		return notReloaded(o, err)
	}
	return replyChange(o, change)
}

func undoCode(ctx context.Context, o *console.Operator, args string) error {
	return moveVersion(ctx, o, args, reload.Undo)
}

func redoCode(ctx context.Context, o *console.Operator, args string) error {
	return moveVersion(ctx, o, args, reload.Redo)
}

func moveVersion(ctx context.Context, o *console.Operator, args string, move func(context.Context, *service.Service) (*reload.Change, error)) error {
	svc, err := o.Service(strings.TrimSpace(args))
	if err != nil {
		return err
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	change, err := move(ctx, svc)
	if errors.Is(err, reload.ErrNoPrevious) || errors.Is(err, reload.ErrNoNext) {
		return err
	}
	if err != nil {
		return notReloaded(o, err)
	}
	return replyChange(o, change)
}

// changeRow is what a reload changed, with the first of very many names.
type changeRow struct {
	Service           string
	Version           int
	DryRun, Unchanged bool

	NewFunctions, ChangedFunctions, RemovedFunctions, SameFunctions render.Texts
	Kept, Added, Dropped, Updated, Differs, Notes                   render.Texts

	Probe *probed `json:",omitempty"`
}

func rowOfChange(c *reload.Change) *changeRow {
	return &changeRow{
		c.Service, c.Version, c.DryRun, c.Unchanged,
		render.FirstTexts(c.NewFunctions), render.FirstTexts(c.ChangedFunctions),
		render.FirstTexts(c.RemovedFunctions), render.FirstTexts(c.SameFunctions),
		render.FirstTexts(c.Kept), render.FirstTexts(c.Added), render.FirstTexts(c.Dropped),
		render.FirstTexts(c.Updated), render.FirstTexts(c.Differs), render.FirstTexts(c.Notes), nil,
	}
}

func replyChange(o *console.Operator, c *reload.Change) error {
	row := rowOfChange(c)
	return o.Reply(row, changeText(o, row))
}

// changeText tells what a reload changed.
func changeText(o *console.Operator, c *changeRow) string {
	if c.Unchanged {
		lines := []string{fmt.Sprintf("version %d: the code has not changed", c.Version)}
		return strings.Join(append(lines, notes(c)...), "\n")
	}
	var functions []string
	for _, list := range []struct {
		what  string
		names render.Texts
	}{{"changed", c.ChangedFunctions}, {"added", c.NewFunctions}, {"removed", c.RemovedFunctions}} {
		if len(list.names.First) > 0 {
			functions = append(functions, list.names.List()+" "+list.what)
		}
	}
	if n := len(c.SameFunctions.First) + c.SameFunctions.More; n > 0 {
		functions = append(functions, fmt.Sprintf("%d unchanged", n))
	}
	if len(functions) == 0 {
		functions = []string{"no functions"}
	}
	head := fmt.Sprintf("version %d", c.Version)
	if c.DryRun {
		head = "would be " + head
	}
	lines := []string{o.Paint(render.Key, head) + ": " + strings.Join(functions, "; ")}
	for _, list := range []struct {
		what  string
		names render.Texts
	}{
		{"state kept", c.Kept}, {"state added", c.Added}, {"state dropped", c.Dropped},
		{"new values", c.Updated}, {"kept, though the text differs", c.Differs},
	} {
		if len(list.names.First) > 0 {
			lines = append(lines, list.what+": "+list.names.List())
		}
	}
	return strings.Join(append(lines, notes(c)...), "\n")
}

func notes(c *changeRow) (lines []string) {
	for _, note := range c.Notes.First {
		lines = append(lines, "note: "+note)
	}
	if c.Notes.More > 0 {
		lines = append(lines, fmt.Sprintf("note: … %s more", render.Count(c.Notes.More)))
	}
	return lines
}

func versions(ctx context.Context, o *console.Operator, args string) error {
	svc, err := o.Service(strings.TrimSpace(args))
	if err != nil {
		return err
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	list, err := reload.Versions(ctx, svc)
	if err != nil {
		return err
	}
	start := o.Node().Clock().Start()
	var lines []string
	for _, v := range list {
		if v.Forgotten {
			lines = append(lines, notKept(v.Number, v.Last))
			continue
		}
		mark := " "
		if v.Current {
			mark = "*"
		}
		lines = append(lines, fmt.Sprintf("%s %d  at %s  %s", mark, v.Number, render.Duration(v.At.Sub(start)), v.Changes))
	}
	return o.Reply(list, strings.Join(lines, "\n"))
}

// notKept is the line of versions that are not kept any more.
func notKept(first, last int) string {
	if first == last {
		return fmt.Sprintf("  %d  not kept any more", first)
	}
	return fmt.Sprintf("  %d to %d  not kept any more", first, last)
}

func diff(ctx context.Context, o *console.Operator, args string) error {
	args, all := console.Unlimited(args)
	words, err := console.SplitWords(args)
	if err != nil {
		return err
	}
	if len(words) == 0 || len(words) > 3 {
		return o.Usage("diff")
	}
	svc, err := o.Service(words[0])
	if err != nil {
		return err
	}
	if len(words) > 1 && !console.IsDigits(words[1]) {
		return diffSnapshots(ctx, o, svc, words[1:], all)
	}
	numbers := [2]int{}
	for i, word := range words[1:] {
		if numbers[i], err = strconv.Atoi(word); err != nil || numbers[i] < 1 {
			return fmt.Errorf("%s is no version's number; versions lists them", word)
		}
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	diffs, from, to, err := reload.Diff(ctx, svc, numbers[0], numbers[1])
	if err != nil {
		return err
	}
	if len(diffs) == 0 {
		return o.Reply(diffs, fmt.Sprintf("versions %d and %d have the same text", from, to))
	}
	var lines []string
	for _, d := range diffs {
		lines = append(lines, o.Paint(render.Key, fmt.Sprintf("%s, version %d to %d", d.File, from, to)))
		for _, l := range d.Lines {
			text := fmt.Sprintf("%5d %c %s", l.Line, l.Kind, visible.Text(l.Text))
			switch l.Kind {
			case '+':
				text = o.Paint(render.Added, text)
			case '-':
				text = o.Paint(render.Removed, text)
			case '@':
				text = "      …"
			}
			lines = append(lines, strings.TrimRight(text, " "))
		}
	}
	return o.Reply(diffs, strings.Join(lines, "\n"))
}
