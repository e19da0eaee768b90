package debug

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"lunarium/inspect/live"
	"lunarium/inspect/plain"
	"lunarium/runtime/bytecode"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file finds the place that a text such as chat.lua:30 names.

// locate finds the place that a text names.
func (d *Debugger) locate(ctx context.Context, st *vm.State, b *breakpoint, where string) error {
	file, number, _ := cutLast(where, ":")
	line, err := strconv.Atoi(number)
	if err != nil {
		return d.locateFunction(ctx, st, b, where)
	}
	codes := d.codes(st)
	source, err := d.findSource(codes, file)
	if err != nil {
		return err
	}
	function := ""
	b.source = source
	b.line, function = lineOf(codes, source, line)
	if b.line == 0 {
		return fmt.Errorf("%s has no code at or after line %d", plain.BaseName(bytecode.ChunkID(source)), line)
	}
	b.Where = fmt.Sprintf("%s:%d", plain.BaseName(bytecode.ChunkID(source)), b.line) + function
	if b.line != line {
		b.Where += fmt.Sprintf(" (line %d has no code)", line)
	}
	return nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return "", s, false
}

// methodName is a method as it is called or declared: queue:push.
var methodName = regexp.MustCompile(`:([A-Za-z_]\w*)$`)

// fieldOf gives the expression for a function that is named as a method.
func fieldOf(name string) string { return methodName.ReplaceAllString(name, ".$1") }

// locateFunction finds the function that an expression gives, or else the one that the code
// declares by that name.
func (d *Debugger) locateFunction(ctx context.Context, st *vm.State, b *breakpoint, expression string) error {
	p, err := d.functionOf(ctx, st, expression)
	if err != nil {
		declared := d.declared(st, expression)
		switch len(declared) {
		case 0:
			return err
		case 1:
			p = declared[0]
		default:
			places := make([]string, len(declared))
			for i, p := range declared {
				places[i] = placeOf(p)
			}
			return fmt.Errorf("%s is declared at %s", expression, visible.Lines(places))
		}
	}
	b.source, b.entry, b.line = p.Source, p.LineDefined, p.Line(0)
	b.Where = expression + " at " + placeOf(p)
	return nil
}

// placeOf gives where a function's code begins.
func placeOf(p *bytecode.Proto) string {
	return fmt.Sprintf("%s:%d", plain.BaseName(bytecode.ChunkID(p.Source)), p.Line(0))
}

func (d *Debugger) functionOf(ctx context.Context, st *vm.State, expression string) (*bytecode.Proto, error) {
	compiled, err := live.CompileCode(d.svc.Node(), fieldOf(expression), "=debug")
	var values []vm.Value
	if err == nil {
		values, err = d.evaluate(ctx, st, 0, compiled)
	}
	if err != nil {
		return nil, fmt.Errorf("%s is neither FILE:LINE nor a function: %w", expression, err)
	}
	if len(values) == 0 || !values[0].IsFunction() {
		return nil, fmt.Errorf("%s is neither FILE:LINE nor a function", expression)
	}
	closure := values[0].AsClosure()
	if closure == nil {
		return nil, fmt.Errorf("%s is built in and has no lines", expression)
	}
	return closure.Code().Proto(), nil
}

// declared gives the functions that the service's code declares by a name, whatever holds
// them.
func (d *Debugger) declared(st *vm.State, name string) (list []*bytecode.Proto) {
	for _, c := range d.codes(st) {
		if declared := c.DefinedName(); declared != "" && fieldOf(declared) == fieldOf(name) {
			list = append(list, c.Proto())
		}
	}
	slices.SortFunc(list, func(a, b *bytecode.Proto) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.LineDefined, b.LineDefined))
	})
	return slices.CompactFunc(list, func(a, b *bytecode.Proto) bool { return a.Source == b.Source && a.LineDefined == b.LineDefined })
}

// codes gives all functions of the service's own files, as far as something
// still refers to their file.
func (d *Debugger) codes(st *vm.State) []*vm.Code {
	seen := map[*vm.Code]bool{}
	var list []*vm.Code
	var add func(c *vm.Code)
	add = func(c *vm.Code) {
		if !seen[c] {
			seen[c] = true
			list = append(list, c)
			for _, nested := range c.Protos() {
				add(nested)
			}
		}
	}
	live.WalkNear(st, func(v vm.Value) {
		if closure := v.AsClosure(); closure != nil && !seen[closure.Code()] {
			add(live.MainChunk(closure.Code()))
		}
	})
	chunks, _ := st.Debug().Chunks()
	for _, c := range chunks {
		add(c)
	}
	return list
}

// findSource gives the chunk name that a file's name or the end of its path means.
func (d *Debugger) findSource(codes []*vm.Code, file string) (string, error) {
	if file == "" {
		if len(d.stood) > 0 {
			return d.stood[0].event.Where.source, nil
		}
		return d.own.Code().Proto().Source, nil
	}
	names := map[string]bool{}
	for _, c := range codes {
		source := c.Proto().Source
		name := bytecode.ChunkID(source)
		if live.OwnChunk(source) {
			name = source[1:]
		}
		if name == file || strings.HasSuffix(name, "/"+file) || strings.HasSuffix(name, "/"+file+".lua") || name == file+".lua" {
			return source, nil
		}
		if live.OwnChunk(source) {
			names[plain.BaseName(name)] = true
		}
	}
	have := make([]string, 0, len(names))
	for name := range names {
		have = append(have, name)
	}
	sort.Strings(have)
	return "", fmt.Errorf("%s runs no code of %s; there is %s", visible.Line(d.svc.Handle()), visible.Line(file), visible.Lines(have))
}

// lineOf gives the first line from line on that has code, 0 when there is none,
// and in which function.
func lineOf(codes []*vm.Code, source string, line int) (int, string) {
	best, inner := 0, (*vm.Code)(nil)
	for _, c := range codes {
		p := c.Proto()
		if p.Source != source {
			continue
		}
		for _, l := range p.LineInfo {
			at := int(l)
			if at < line || best != 0 && at > best {
				continue
			}
			if at != best || p.LineDefined > inner.Proto().LineDefined {
				best, inner = at, c
			}
		}
	}
	if best == 0 {
		return 0, ""
	}
	if inner.Parent() == nil {
		return best, " in the main chunk, which runs once"
	}
	if name := inner.DefinedName(); name != "" {
		return best, " in " + name
	}
	return best, fmt.Sprintf(" in the function at line %d", inner.Proto().LineDefined)
}

// offeredLines is how many lines Places gives; of more each can be typed.
const offeredLines = 200

// Places lists the files that break may be given, each with its colon, of those
// that begin with a prefix; of a file with its colon, the lines that have code.
func (d *Debugger) Places(ctx context.Context, prefix string) (list []string, err error) {
	err = d.do(ctx, func(st *vm.State) error {
		seen := map[string]bool{}
		codes := d.codes(st)
		if file, number, ok := cutLast(prefix, ":"); ok {
			list = d.lines(codes, file, number)
			return nil
		}
		for _, c := range codes {
			if source := c.Proto().Source; live.OwnChunk(source) {
				seen[plain.BaseName(bytecode.ChunkID(source))+":"] = true
			}
		}
		for name := range seen {
			if strings.HasPrefix(name, prefix) {
				list = append(list, name)
			}
		}
		sort.Strings(list)
		return nil
	})
	return list, err
}

// lines gives the lines of a file that have code and begin with a number, as FILE:LINE.
func (d *Debugger) lines(codes []*vm.Code, file, number string) (list []string) {
	source, err := d.findSource(codes, file)
	if err != nil {
		return nil
	}
	seen := map[int]bool{}
	for _, c := range codes {
		if c.Proto().Source != source {
			continue
		}
		for _, line := range c.Proto().LineInfo {
			seen[int(line)] = true
		}
	}
	for _, line := range slices.Sorted(maps.Keys(seen)) {
		if text := strconv.Itoa(line); strings.HasPrefix(text, number) && len(list) < offeredLines {
			list = append(list, file+":"+text)
		}
	}
	return list
}
