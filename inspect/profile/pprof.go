package profile

import (
	"cmp"
	"io"

	"github.com/google/pprof/profile"

	"lunarium/runtime/service"
)

// This file writes profiles for pprof.

// WritePprof writes the profile as "go tool pprof" reads it, compressed: with Lua's names,
// files and lines. A sample's label service is the name of the service's file.
func (p *Profile) WritePprof(w io.Writer) error {
	e := &pprofWriter{
		of: p, functions: map[Frame]*profile.Function{}, locations: map[Frame]*profile.Location{},
		out: &profile.Profile{TimeNanos: p.Begun.UnixNano(), DurationNanos: int64(p.Took)},
	}
	types := pprofTypes[p.Kind]
	e.out.SampleType = []*profile.ValueType{{Type: types.counted, Unit: "count"}}
	if p.Unit != Polls {
		e.out.SampleType = append(e.out.SampleType, &profile.ValueType{Type: types.valued, Unit: string(p.Unit)})
	}
	for i, n := range p.Nodes {
		if n.Value > 0 || n.Count > 0 {
			e.sample(i)
		}
	}
	return e.out.Write(w)
}

// pprofTypes are pprof's names of what profiles measure.
var pprofTypes = map[service.ProfileKind]struct{ counted, valued string }{
	service.ProfileCPU: {"samples", "cpu"}, service.ProfileWait: {"waits", "wait"}, service.ProfileAlloc: {"samples", "alloc_space"},
}

// pprofWriter makes a profile of pprof's.
type pprofWriter struct {
	of        *Profile
	out       *profile.Profile
	functions map[Frame]*profile.Function
	locations map[Frame]*profile.Location
}

func (e *pprofWriter) sample(node int) {
	n := e.of.Nodes[node]
	s := &profile.Sample{Value: []int64{n.Count}, Label: map[string][]string{"service": {n.Service}}}
	if e.of.Unit == Polls {
		s.Value[0] = n.Value
	} else {
		s.Value = append(s.Value, n.Value)
	}
	for at := node; at >= 0; at = e.of.Nodes[at].Parent {
		s.Location = append(s.Location, e.location(e.of.Nodes[at].Frame))
	}
	e.out.Sample = append(e.out.Sample, s)
}

func (e *pprofWriter) location(f Frame) *profile.Location {
	l := e.locations[f]
	if l == nil {
		l = &profile.Location{
			ID:   uint64(len(e.out.Location) + 1),
			Line: []profile.Line{{Function: e.function(f.function()), Line: int64(f.Line)}},
		}
		e.locations[f] = l
		e.out.Location = append(e.out.Location, l)
	}
	return l
}

func (e *pprofWriter) function(f Frame) *profile.Function {
	fn := e.functions[f]
	if fn == nil {
		fn = &profile.Function{
			ID: uint64(len(e.out.Function) + 1), Name: f.Unique(), SystemName: f.Unique(),
			Filename: cmp.Or(e.of.Paths[f.File], f.File), StartLine: int64(f.Defined),
		}
		e.functions[f] = fn
		e.out.Function = append(e.out.Function, fn)
	}
	return fn
}
