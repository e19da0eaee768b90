package reload

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"

	"lunarium/inspect/live"
	"lunarium/runtime/bytecode"
	"lunarium/runtime/compile"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file exchanges one function. Its new text is put into the running text of the file that
// it is from, in the place of the old one, and that is reloaded: names in it mean what they
// mean there.

// Patch is a new text for one function.
type Patch struct {
	Function string // its name where it is written: "total", "commands.order"
	File     string // which has a function of that name; "": Text has it
	Text     string // "function(...) ... end"
}

// PatchError says why a function can't be exchanged.
type PatchError struct{ Text string }

func (e *PatchError) Error() string { return e.Text }

// Hotfix replaces one function of a running service, as Reload does a file: as a new version,
// which Undo takes back. Everything else stays as it runs, whatever its file says now.
func Hotfix(ctx context.Context, s *service.Service, p Patch, dry bool) (*Change, error) {
	return reloading(ctx, s, dry, func(r *reload) error { return r.hotfix(p) })
}

// written is a function in the text of a chunk.
type written struct {
	chunk *vm.Code
	code  *vm.Code
	text  compile.FunctionText
}

// functionsIn lists the functions of a chunk, in the order of its text; none when that is not
// known.
func functionsIn(chunk *vm.Code, text string) (list []written) {
	texts := compile.Functions(text)
	var walk func(*vm.Code)
	walk = func(c *vm.Code) {
		for _, inner := range c.Protos() {
			list = append(list, written{chunk: chunk, code: inner})
			walk(inner)
		}
	}
	walk(chunk)
	if len(texts) != len(list) {
		return nil
	}
	for i := range list {
		list[i].text = texts[i]
	}
	return list
}

// named picks the functions of a name: those that have it in full, else those that have it
// behind a dot.
func named(list []written, name string) []written {
	name = strings.ReplaceAll(name, ":", ".")
	pick := func(is func(string) bool) []written {
		return slices.DeleteFunc(slices.Clone(list), func(w written) bool { return !is(w.code.DefinedName()) })
	}
	if found := pick(func(full string) bool { return full == name }); len(found) > 0 {
		return found
	}
	return pick(func(full string) bool { return strings.HasSuffix(full, "."+name) })
}

func (r *reload) hotfix(p Patch) error {
	r.alone = true // other files stay as they run
	old, err := r.runningFunction(p.Function)
	if err != nil {
		return err
	}
	text, err := r.newText(p, old)
	if err != nil {
		return err
	}
	before := old.chunk.Text()
	fresh, err := r.svc.Node().Sources().CompileContent(strings.TrimPrefix(old.chunk.Proto().Source, "@"),
		[]byte(before[:old.text.Params]+text+before[old.text.End:]))
	if err != nil {
		return err
	}
	if sameText(fresh.Proto(), old.chunk.Proto()) {
		return r.unchanged()
	}
	if now := named(functionsIn(fresh, fresh.Text()), p.Function); len(now) == 1 {
		r.tellUnknown(now[0].code)
	}
	if err := r.exchange(old.chunk, fresh); err != nil {
		return err
	}
	r.note("the file %s has not changed: the next reload takes what it says", fileName(r.svc, old.chunk.Proto().Source))
	return nil
}

// runningChunks gives the files that the service runs: its own, its modules', and its
// implementation's.
func (r *reload) runningChunks() []*vm.Code {
	list := []*vm.Code{r.svc.Code()}
	for _, m := range r.modules() {
		list = append(list, live.MainChunk(m.chunk.Code()))
	}
	if _, impl, ok := r.holder(); ok && !slices.Contains(list, live.MainChunk(impl)) {
		list = append(list, live.MainChunk(impl))
	}
	return list
}

// runningFunction finds the function of a name in the code that runs.
func (r *reload) runningFunction(name string) (written, error) {
	var all []written
	for _, chunk := range r.runningChunks() {
		all = append(all, functionsIn(chunk, chunk.Text())...)
	}
	switch found := named(all, name); len(found) {
	case 1:
		return found[0], nil
	case 0:
		return written{}, &PatchError{fmt.Sprintf("%s has no function %s where functions are written; it has %s", r.svc.Handle(), name, namesOf(all))}
	default:
		var places []string
		for _, w := range found {
			places = append(places, fmt.Sprintf("%s at %s:%d", w.code.DefinedName(), fileName(r.svc, w.chunk.Proto().Source), w.code.Proto().LineDefined))
		}
		return written{}, &PatchError{fmt.Sprintf("%s may be each of %s", name, strings.Join(places, ", "))}
	}
}

// mostFunctionNames is how many functions an error names.
const mostFunctionNames = 12

func namesOf(list []written) string {
	var names []string
	for _, w := range list {
		if name := w.code.DefinedName(); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "none with a name"
	}
	sort.Strings(names)
	return someOf(names, mostFunctionNames, ", ")
}

// newText gives the new text of a function from its parameters to its end.
func (r *reload) newText(p Patch, old written) (string, error) {
	chunk, text, err := r.patchChunk(p)
	if err != nil {
		return "", err
	}
	list := functionsIn(chunk, text)
	found := list
	if p.File != "" {
		found = named(list, old.code.DefinedName())
		if len(found) == 0 {
			found = named(list, p.Function)
		}
	} else if len(list) > 0 {
		found = list[:1]
	}
	switch {
	case len(found) == 0:
		return "", &PatchError{fmt.Sprintf("%s has no function %s; it has %s", p.File, p.Function, namesOf(list))}
	case len(found) > 1:
		return "", &PatchError{fmt.Sprintf("%s has %d functions %s", p.File, len(found), p.Function)}
	case found[0].text.Method != old.text.Method && p.File != "":
		return "", &PatchError{fmt.Sprintf("%s is written with a colon in one of the texts, and with a dot in the other: self would be another argument", p.Function)}
	}
	return text[found[0].text.Params:found[0].text.End], nil
}

// patchChunk compiles what has the new text.
func (r *reload) patchChunk(p Patch) (chunk *vm.Code, text string, err error) {
	sources := r.svc.Node().Sources()
	if p.File != "" {
		path, err := r.fileNamed(p.File)
		if err != nil {
			return nil, "", err
		}
		if chunk, err = sources.CompileFile(path); err != nil {
			return nil, "", err
		}
		return chunk, chunk.Text(), nil
	}
	text = strings.TrimSpace(p.Text)
	if chunk, err = sources.Compile("=hotfix", []byte(text)); err != nil { // it is written without its name
		text = "return " + text
		chunk, err = sources.Compile("=hotfix", []byte(text))
	}
	switch {
	case err != nil && !strings.HasPrefix(strings.TrimSpace(p.Text), "function"):
		return nil, "", fmt.Errorf("%w; write 'function(...) ... end' and nothing else", err)
	case err != nil:
		return nil, "", err
	case len(chunk.Protos()) != 1:
		return nil, "", &PatchError{"that is no function: write 'function(...) ... end'"}
	}
	return chunk, text, alone(chunk, text)
}

// What may stand before the parameters of a function that is typed, and after its end.
var (
	beforeFunction = regexp.MustCompile(`^(return\s+)?((local\s+)?[\w.]+\s*=\s*)?(local\s+)?function\b[\w\s.:]*$`)
	afterFunction  = regexp.MustCompile(`^[\s;]*(--[^\n]*)?$`)
)

// alone tells of what stands beside the one function of a text: it would be dropped.
func alone(chunk *vm.Code, text string) error {
	list := functionsIn(chunk, text)
	if len(list) == 0 {
		return nil
	}
	at := list[0].text
	if rest := text[at.End:]; !afterFunction.MatchString(rest) {
		return &PatchError{fmt.Sprintf("syntax error: %s follows the end of the function; write 'function(...) ... end' and nothing else", visible.Quote(strings.TrimSpace(rest)))}
	}
	if before := text[:at.Params]; !beforeFunction.MatchString(before) {
		return &PatchError{fmt.Sprintf("syntax error: the text begins with %s; write 'function(...) ... end' and nothing else", visible.Quote(strings.TrimPrefix(before, "return ")))}
	}
	return nil
}

// exchange reloads one chunk.
func (r *reload) exchange(running, fresh *vm.Code) error {
	if running == r.svc.Code() {
		return r.units([]unit{{running: running, fresh: fresh}})
	}
	for _, m := range r.modules() {
		if live.MainChunk(m.chunk.Code()) == running {
			return r.units([]unit{{module: m.name, running: running, fresh: fresh}})
		}
	}
	return r.impl(fresh)
}

// tellUnknown notes the globals that a new function reads and nobody has set: a variable of
// the file that the patch is from, perhaps.
func (r *reload) tellUnknown(code *vm.Code) {
	var unknown []string
	var look func(*bytecode.Proto)
	look = func(p *bytecode.Proto) {
		for pc, i := range p.Code {
			if i.Op() != bytecode.GETTABUP || bytecode.UpvalueName(p, i.B()) != "_ENV" {
				continue
			}
			name := bytecode.KeyName(p, pc, i.C())
			if r.st.Globals.GetString(name).IsNil() && !slices.Contains(unknown, name) {
				unknown = append(unknown, name)
			}
		}
		for _, inner := range p.Protos {
			look(inner)
		}
	}
	look(code.Proto())
	if len(unknown) > 0 {
		sort.Strings(unknown)
		r.note("it reads globals that are nil: %s", someOf(unknown, mostFunctionNames, ", "))
	}
}

// FunctionNames gives the names of the functions that Hotfix can replace.
func FunctionNames(ctx context.Context, s *service.Service) (names []string, err error) {
	err = s.Do(ctx, func(own service.Self) {
		r := &reload{ctx: ctx, svc: own.Reloading(), st: own.State()}
		for _, chunk := range r.runningChunks() {
			for _, w := range functionsIn(chunk, chunk.Text()) {
				if name := w.code.DefinedName(); name != "" {
					names = append(names, name)
				}
			}
		}
	})
	return names, err
}
