package debug

import (
	"context"
	"errors"

	"lunarium/inspect/live"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file gives stacks with the files that they stand in, and the sources of services.

// StackFrame is an active call with the code that it stands in.
type StackFrame struct {
	Frame
	Source Source
	Index  int // of the frame; 0 is the innermost one
}

// Source is the code of a chunk that a service has.
type Source struct {
	Chunk string // its name
	Path  string // of its file, as FilePath gives it; "": it is of none
}

// Stack gives count frames of a task that stands, from the one with the number from on, and
// how many there are.
func (d *Debugger) Stack(ctx context.Context, task uint64, from, count int) (frames []StackFrame, total int, err error) {
	err = d.doAt(ctx, task, func(*vm.State) error {
		list, err := d.places()
		total = len(list)
		for i := max(0, from); i < total && len(frames) < count; i++ {
			f := FrameAt(list[i].thread, list[i].level)
			frames = append(frames, StackFrame{f, Source{f.source, d.pathOf(f.source)}, i})
		}
		return err
	})
	return frames, total, err
}

// SourcesOf lists the chunks that a service has, but for the libraries'.
func SourcesOf(ctx context.Context, s *service.Service) (list []Source, err error) {
	d := newDebugger(s)
	err = d.do(ctx, func(st *vm.State) error {
		seen := map[string]bool{}
		for _, c := range d.codes(st) {
			chunk := c.Proto().Source
			if seen[chunk] {
				continue
			}
			seen[chunk] = true
			list = append(list, Source{chunk, d.pathOf(chunk)})
		}
		return nil
	})
	return list, err
}

// errNoText: a library's own code, or code without a text.
var errNoText = errors.New("its source is not at hand")

// SourceText gives the text that a chunk of a service was made from.
func SourceText(ctx context.Context, s *service.Service, chunk string) (text string, err error) {
	d := newDebugger(s)
	err = d.do(ctx, func(st *vm.State) error {
		switch spec := s.Spec(); {
		case spec.Literal && d.own.Code().Proto().Source == chunk:
			text = spec.Source
			return nil
		case chunk == "" || chunk[0] == '=':
			return errNoText
		case chunk[0] != '@':
			text = chunk // loaded from a string, which is the chunk's name
			return nil
		}
		for _, c := range d.codes(st) {
			if main := live.MainChunk(c); main.Proto().Source == chunk && main.Text() != "" {
				text = main.Text()
				return nil
			}
		}
		return errNoText
	})
	return text, err
}

// LinesOf gives the lines at which a chunk has code.
func LinesOf(chunk *vm.Code) map[int]bool {
	lines := map[int]bool{}
	for _, c := range withNested(chunk, nil) {
		for _, l := range c.Proto().LineInfo {
			lines[int(l)] = true
		}
	}
	return lines
}
