package dap

import (
	"context"
	"fmt"
	"os"

	"github.com/google/go-dap"

	inspect "lunarium/inspect/debug"
	"lunarium/runtime/worded"
)

// This file holds the client's breakpoints. Each is wanted in every service that runs the
// code, and verified when one does.

// made makes a breakpoint; message tells why it can't be heeded.
func (s *session) made(wanted inspect.Wanted, hits string) *breakpoint {
	b := &breakpoint{wanted: wanted}
	err := parseHits(hits, &b.wanted.Rule)
	if err == nil {
		err = inspect.CheckRule(s.node, b.wanted.Rule)
	}
	if err != nil {
		b.message = worded.Text(err)
	}
	return b
}

func (s *session) setBreakpoints(ctx context.Context, r *dap.SetBreakpointsRequest) (*dap.SetBreakpointsResponse, error) {
	a := r.Arguments
	for _, line := range a.Lines {
		if len(a.Breakpoints) == 0 || len(a.Breakpoints) < len(a.Lines) {
			a.Breakpoints = append(a.Breakpoints, dap.SourceBreakpoint{Line: line})
		}
	}
	if len(a.Breakpoints) > mostBreakpoints {
		return nil, fmt.Errorf("%d breakpoints in one file are more than the %d that may be", len(a.Breakpoints), mostBreakpoints)
	}
	file, chunk, err := s.sourceOf(&a.Source)
	if err != nil {
		return nil, err
	}
	key := file + chunk
	var list []*breakpoint
	for _, one := range a.Breakpoints {
		b := s.made(inspect.Wanted{
			File: file, Chunk: chunk, Line: s.lineIn(one.Line), Rule: inspect.Rule{If: one.Condition, Log: one.LogMessage},
		}, one.HitCondition)
		if b.wanted.Line < 1 {
			b.message = fmt.Sprintf("there is no line %d", one.Line)
		}
		b.source = &a.Source
		list = append(list, b)
	}
	s.breakpoints.take(list, s.breakpoints.lines[key])
	if s.breakpoints.lines == nil {
		s.breakpoints.lines = map[string][]*breakpoint{}
	}
	if s.breakpoints.lines[key] = list; len(list) == 0 {
		delete(s.breakpoints.lines, key)
	}
	s.want(ctx)
	return &dap.SetBreakpointsResponse{Body: dap.SetBreakpointsResponseBody{Breakpoints: s.shown(list)}}, nil
}

func (s *session) setFunctionBreakpoints(ctx context.Context, r *dap.SetFunctionBreakpointsRequest) (*dap.SetFunctionBreakpointsResponse, error) {
	if len(r.Arguments.Breakpoints) > mostBreakpoints {
		return nil, fmt.Errorf("%d breakpoints are more than the %d that may be", len(r.Arguments.Breakpoints), mostBreakpoints)
	}
	var list []*breakpoint
	for _, one := range r.Arguments.Breakpoints {
		b := s.made(inspect.Wanted{Function: one.Name, Rule: inspect.Rule{If: one.Condition}}, one.HitCondition)
		if one.Name == "" {
			b.message = "it has no name of a function"
		}
		list = append(list, b)
	}
	s.breakpoints.take(list, s.breakpoints.functions)
	s.breakpoints.functions = list
	s.want(ctx)
	return &dap.SetFunctionBreakpointsResponse{Body: dap.SetFunctionBreakpointsResponseBody{Breakpoints: s.shown(list)}}, nil
}

const (
	filterAll      = "all"
	filterUncaught = "uncaught"
)

var exceptionFilters = []dap.ExceptionBreakpointsFilter{
	{Filter: filterAll, Label: "All errors", Description: "Stops where any error is raised, also one that pcall takes",
		SupportsCondition: true, ConditionDescription: `an expression with the error as err, such as type(err) == "table"`},
	{Filter: filterUncaught, Label: "Uncaught errors", Description: "Stops where an error is raised that nothing of the task takes",
		SupportsCondition: true, ConditionDescription: `an expression with the error as err, such as type(err) == "table"`},
}

func (s *session) setExceptionBreakpoints(ctx context.Context, r *dap.SetExceptionBreakpointsRequest) (*dap.SetExceptionBreakpointsResponse, error) {
	options := r.Arguments.FilterOptions
	for _, filter := range r.Arguments.Filters {
		options = append(options, dap.ExceptionFilterOptions{FilterId: filter})
	}
	var list []*breakpoint
	for _, one := range options {
		b := s.made(inspect.Wanted{Raised: true, Uncaught: one.FilterId == filterUncaught, Rule: inspect.Rule{If: one.Condition}}, "")
		if one.FilterId != filterAll && one.FilterId != filterUncaught {
			b.message = fmt.Sprintf("there is no filter %s; there are %s and %s", one.FilterId, filterAll, filterUncaught)
		}
		list = append(list, b)
	}
	s.breakpoints.take(list, s.breakpoints.exceptions)
	s.breakpoints.exceptions = list
	s.want(ctx)
	for _, b := range list {
		b.verified = b.message == ""
	}
	return &dap.SetExceptionBreakpointsResponse{Body: dap.SetExceptionBreakpointsResponseBody{Breakpoints: s.shown(list)}}, nil
}

// want has the services know the client's breakpoints.
func (s *session) want(ctx context.Context) {
	all := s.breakpoints.all()
	wanted := make([]inspect.Wanted, len(all))
	for i, b := range all {
		wanted[i] = b.wanted
	}
	found := s.group.Want(ctx, wanted)
	s.tellHeld()
	for _, b := range all {
		p, ok := found.Placed[b.wanted.ID]
		if ok {
			b.verified, b.line, b.message = true, p.Line, ""
		}
	}
	s.after = func() {
		for _, err := range found.Refused {
			s.say("important", worded.Text(err))
		}
		for _, svc := range found.Silent {
			s.say("important", title(svc)+" does not answer; it has the breakpoints when it does")
		}
		if found.Left > 0 {
			s.say("important", fmt.Sprintf(`%d services are not debugged, because they are so many; "services" of the attach configuration chooses`, found.Left))
		}
	}
}

// shown gives breakpoints as the client sees them.
func (s *session) shown(list []*breakpoint) []dap.Breakpoint {
	shown := make([]dap.Breakpoint, len(list))
	for i, b := range list {
		shown[i] = s.shownOne(b)
	}
	return shown
}

func (s *session) shownOne(b *breakpoint) dap.Breakpoint {
	shown := dap.Breakpoint{Id: b.wanted.ID, Verified: b.verified, Message: b.message, Source: b.source}
	switch {
	case b.line > 0:
		shown.Line = s.lineOut(b.line)
	case b.wanted.Line > 0:
		shown.Line = s.lineOut(b.wanted.Line)
	}
	if !b.verified && b.message == "" {
		shown.Message = s.whyNot(b)
	}
	return shown
}

// whyNot says why a breakpoint is nowhere yet.
func (s *session) whyNot(b *breakpoint) string {
	switch {
	case b.wanted.Function != "":
		return "no service has a function that is declared by this name"
	case b.wanted.File == "":
		return "no service runs this code any more"
	}
	if _, err := os.Stat(b.wanted.File); err != nil {
		return fmt.Sprintf("the node has no file %s; localRoot and remoteRoot of the attach configuration say where its files are", b.wanted.File)
	}
	return "no service runs this file, or it has no code at this line; it is set as soon as one does"
}

// placed tells that a breakpoint's code has come to a service.
func (s *session) placed(p inspect.Placement) {
	for _, b := range s.breakpoints.all() {
		if b.wanted.ID != p.ID || b.verified && (p.Line == 0 || b.line == p.Line) {
			continue
		}
		b.verified, b.line = true, p.Line
		s.send(&dap.BreakpointEvent{Body: dap.BreakpointEventBody{Reason: "changed", Breakpoint: s.shownOne(b)}})
	}
}
