package debug

import (
	"context"
	"fmt"
	"maps"
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

func (d *Debugger) locateFunction(ctx context.Context, st *vm.State, b *breakpoint, expression string) error {
	compiled, err := live.CompileCode(d.svc.Node(), expression, "=debug")
	var values []vm.Value
	if err == nil {
		values, err = d.evaluate(ctx, st, 0, compiled)
	}
	if err != nil {
		return fmt.Errorf("%s is neither FILE:LINE nor a function: %w", expression, err)
	}
	if len(values) == 0 || !values[0].IsFunction() {
		return fmt.Errorf("%s is neither FILE:LINE nor a function", expression)
	}
	closure := values[0].AsClosure()
	if closure == nil {
		return fmt.Errorf("%s is built in and has no lines", expression)
	}
	p := closure.Code().Proto()
	b.source, b.entry, b.line = p.Source, p.LineDefined, p.Line(0)
	b.Where = fmt.Sprintf("%s at %s:%d", expression, plain.BaseName(bytecode.ChunkID(p.Source)), b.line)
	return nil
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
