package debug

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"lunarium/inspect/live"
	"lunarium/runtime/files"
	"lunarium/runtime/vm"
)

// This file gives the source around the place where a frame stands.

// Listing is a part of a source file.
type Listing struct {
	File    string
	First   int      // number of the first line
	Lines   []string // without line ends
	Current int      // the line at which the frame stands
	Stops   []int    // lines with breakpoints
	Changed bool     // the file is not any more what was loaded
}

// List gives the source around the line where a frame stands, or count lines
// from line on when that is not 0.
func (d *Debugger) List(ctx context.Context, frame, line, count int) (l Listing, err error) {
	var code *vm.Code
	main := false
	err = d.do(ctx, func(*vm.State) error {
		p, err := d.place(frame)
		if err != nil {
			return err
		}
		closure := closureAt(p.thread, p.level)
		if closure == nil {
			return errors.New("a built-in function has no source")
		}
		for code = closure.Code(); code.Parent() != nil; {
			code = code.Parent()
		}
		main = code.Proto().Source == d.own.Code().Proto().Source
		at := FrameAt(p.thread, p.level)
		l.File, l.Current = at.File, at.Line
		for _, b := range d.breaks {
			if b.source != "" && b.source == at.source {
				l.Stops = append(l.Stops, b.line)
			}
		}
		return nil
	})
	if err != nil {
		return l, err
	}
	text, err := d.source(code, main, &l)
	if err != nil {
		return l, err
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if l.First = line; line == 0 {
		l.First = max(1, l.Current-count/2)
	}
	if l.First > len(lines) {
		return l, fmt.Errorf("%s has %d lines", l.File, len(lines))
	}
	l.Lines = lines[l.First-1 : min(len(lines), l.First-1+count)]
	for i := range l.Lines {
		l.Lines[i] = strings.TrimRight(l.Lines[i], "\r")
	}
	return l, nil
}

// source gives the text that a chunk was made from; main: it is the service's.
func (d *Debugger) source(code *vm.Code, main bool, l *Listing) (string, error) {
	name := code.Proto().Source
	switch spec := d.svc.Spec(); {
	case live.OwnChunk(name):
	case spec.Literal && main:
		return spec.Source, nil
	case strings.HasPrefix(name, "="):
		return "", fmt.Errorf("the source of %s is not at hand", name[1:])
	default:
		return name, nil // loaded from a string, which is the chunk's name
	}
	path, compile := name[1:], d.svc.Node().Sources().CompileFile
	if main { // named without its directory
		path, compile = d.svc.Path(), func(string) (*vm.Code, error) { return d.svc.CompileAgain() }
	}
	content, err := files.ReadRegular(path)
	if err != nil {
		return "", fmt.Errorf("the source is not at hand: %w", err)
	}
	now, err := compile(path)
	l.Changed = err != nil || now != code && !reflect.DeepEqual(now.Proto(), code.Proto())
	return string(content), nil
}
