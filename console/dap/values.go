package dap

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/go-dap"

	"lunarium/console/render"
	inspect "lunarium/inspect/debug"
	"lunarium/inspect/plain"
	"lunarium/runtime/visible"
)

// This file shows stacks and values.

// valueLimits bound what is shown of a value in one line.
var valueLimits = plain.Limits{Depth: 2, Width: 10, Text: 1000, Total: 100}

// valueWidth is how wide a table is shown in one line.
const valueWidth = 120

// clipboardLimits bound what is copied.
var clipboardLimits = plain.Limits{Depth: 20, Width: 10_000, Text: 1 << 16, Total: 20_000}

// frameOf gives a frame by its number.
func (s *session) frameOf(id int) (frame, error) {
	if f, ok := s.values.frames[id]; ok {
		return f, nil
	}
	return frame{}, fmt.Errorf("there is no frame %d any more; its task has gone on", id)
}

// mostFrames is how many frames are given at a time.
const mostFrames = 1000

func (s *session) stackTrace(ctx context.Context, r *dap.StackTraceRequest) (*dap.StackTraceResponse, error) {
	th, err := s.standing(r.Arguments.ThreadId)
	if err != nil {
		return nil, err
	}
	count := r.Arguments.Levels
	if count <= 0 || count > mostFrames {
		count = mostFrames
	}
	stack, total, err := th.d.Stack(ctx, th.key.task, r.Arguments.StartFrame, count)
	if err != nil {
		return nil, err
	}
	frames := make([]dap.StackFrame, len(stack))
	for i, f := range stack {
		frames[i] = dap.StackFrame{Id: s.values.frame(frame{th, f.Index}), Name: visible.Line(f.Function), Source: s.source(th.d.Service(), f.Source)}
		if f.Line > 0 {
			frames[i].Line, frames[i].Column = s.lineOut(f.Line), s.columnOut(1)
		} else {
			frames[i].PresentationHint = "subtle"
		}
	}
	return &dap.StackTraceResponse{Body: dap.StackTraceResponseBody{StackFrames: frames, TotalFrames: total}}, nil
}

var scopes = []struct {
	name, hint string
	kind       inspect.ScopeKind
}{
	{"Locals", "locals", inspect.LocalScope},
	{"Upvalues", "", inspect.UpvalueScope},
	{"Service state", "globals", inspect.StateScope},
}

func (s *session) listScopes(ctx context.Context, r *dap.ScopesRequest) (*dap.ScopesResponse, error) {
	f, err := s.frameOf(r.Arguments.FrameId)
	if err != nil {
		return nil, err
	}
	var list []dap.Scope
	for _, sc := range scopes {
		ref, err := f.thread.d.Scope(ctx, f.thread.key.task, f.index, sc.kind)
		if err != nil {
			return nil, err
		}
		list = append(list, dap.Scope{
			Name: sc.name, PresentationHint: sc.hint, VariablesReference: s.values.add(value{f.thread, f.thread.d, ref}),
			Expensive: sc.kind == inspect.StateScope,
		})
	}
	return &dap.ScopesResponse{Body: dap.ScopesResponseBody{Scopes: list}}, nil
}

// known gives a value by its number.
func (s *session) known(ref int) (value, error) {
	if v, ok := s.values.known[ref]; ok {
		return v, nil
	}
	return value{}, fmt.Errorf("%d is no value that is at hand; its task has gone on, or very much was looked at since", ref)
}

func (s *session) variables(ctx context.Context, r *dap.VariablesRequest) (*dap.VariablesResponse, error) {
	v, err := s.known(r.Arguments.VariablesReference)
	if err != nil {
		return nil, err
	}
	part := inspect.Part{
		Indexed: r.Arguments.Filter != "named", Named: r.Arguments.Filter != "indexed",
		Start: max(0, r.Arguments.Start), Count: r.Arguments.Count,
	}
	children, more, err := v.d.Children(ctx, v.ref, part, valueLimits)
	if err != nil {
		return nil, err
	}
	list := make([]dap.Variable, 0, len(children)+1)
	for i := range children {
		list = append(list, s.variable(v.thread, v.d, &children[i]))
	}
	if more > 0 {
		list = append(list, dap.Variable{Name: "…", Value: fmt.Sprintf("%s more; an expression shows one of them", render.Count(more))})
	}
	return &dap.VariablesResponse{Body: dap.VariablesResponseBody{Variables: list}}, nil
}

// variable shows a value below another one.
func (s *session) variable(th *thread, d *inspect.Debugger, c *inspect.Child) dap.Variable {
	return dap.Variable{
		Name: visible.Line(c.Name), Value: valueText(c.Value), Type: c.Value.Kind.String(), EvaluateName: c.Expression,
		VariablesReference: s.values.add(value{th, d, c.Ref}), NamedVariables: c.Named, IndexedVariables: c.Indexed,
	}
}

// valueText shows a value in one line.
func valueText(v plain.Value) string { return render.Style{}.Inline(v, valueWidth) }

func (s *session) setVariable(ctx context.Context, r *dap.SetVariableRequest) (*dap.SetVariableResponse, error) {
	v, err := s.known(r.Arguments.VariablesReference)
	if err != nil {
		return nil, err
	}
	c, err := v.d.SetChild(ctx, v.ref, r.Arguments.Name, r.Arguments.Value, valueLimits)
	if err != nil {
		return nil, err
	}
	return &dap.SetVariableResponse{Body: dap.SetVariableResponseBody{
		Value: valueText(c.Value), Type: c.Value.Kind.String(), VariablesReference: s.values.add(value{v.thread, v.d, c.Ref}),
		NamedVariables: c.Named, IndexedVariables: c.Indexed,
	}}, nil
}

// place is where code is evaluated: in a frame, or in a service.
type place struct {
	thread *thread // nil: in no frame
	d      *inspect.Debugger
	task   uint64
	frame  int
}

func (s *session) placeOf(frameID int) (place, error) {
	if frameID == 0 {
		d, err := s.serviceInFocus()
		return place{d: d}, err
	}
	f, err := s.frameOf(frameID)
	if err != nil {
		return place{}, err
	}
	return place{f.thread, f.thread.d, f.thread.key.task, f.index}, nil
}

func (s *session) evaluate(ctx context.Context, r *dap.EvaluateRequest) (*dap.EvaluateResponse, error) {
	code := strings.TrimSpace(r.Arguments.Expression)
	if code == "" {
		return nil, errors.New("there is no expression")
	}
	limits := valueLimits
	switch r.Arguments.Context {
	case "hover":
		if _, err := plain.ParsePath(code); err != nil {
			return nil, errors.New("only names and paths are shown when one points at them: other code may change something")
		}
	case "clipboard":
		limits = clipboardLimits
	}
	p, err := s.placeOf(r.Arguments.FrameId)
	if err != nil {
		return nil, err
	}
	list, err := p.d.EvalIn(ctx, p.task, p.frame, code, limits)
	if err != nil {
		return nil, err
	}
	body := dap.EvaluateResponseBody{Result: "no value"}
	texts := make([]string, len(list))
	for i := range list {
		texts[i] = valueText(list[i].Value)
		if r.Arguments.Context == "clipboard" {
			texts[i] = clipboardText(list[i].Value)
		}
	}
	if len(list) > 0 {
		v := s.variable(p.thread, p.d, &list[0])
		body.Result, body.Type, body.VariablesReference = strings.Join(texts, ", "), v.Type, v.VariablesReference
		body.NamedVariables, body.IndexedVariables = v.NamedVariables, v.IndexedVariables
	}
	return &dap.EvaluateResponse{Body: body}, nil
}

// clipboardText gives a value as it is copied: a string as it is, anything else as Lua writes
// it.
func clipboardText(v plain.Value) string {
	if v.Kind == plain.String {
		return visible.Text(v.Text)
	}
	return render.Style{}.Inline(v, 0)
}

func (s *session) setExpression(ctx context.Context, r *dap.SetExpressionRequest) (*dap.SetExpressionResponse, error) {
	p, err := s.placeOf(r.Arguments.FrameId)
	if err != nil {
		return nil, err
	}
	code := fmt.Sprintf("%s = %s return %s", r.Arguments.Expression, r.Arguments.Value, r.Arguments.Expression)
	list, err := p.d.EvalIn(ctx, p.task, p.frame, code, valueLimits)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errors.New("the expression gives no value")
	}
	v := s.variable(p.thread, p.d, &list[0])
	return &dap.SetExpressionResponse{Body: dap.SetExpressionResponseBody{
		Value: v.Value, Type: v.Type, VariablesReference: v.VariablesReference, NamedVariables: v.NamedVariables, IndexedVariables: v.IndexedVariables,
	}}, nil
}

func (s *session) completions(ctx context.Context, r *dap.CompletionsRequest) (*dap.CompletionsResponse, error) {
	a := r.Arguments
	lines := strings.Split(a.Text, "\n")
	line := 0
	if a.Line > 0 {
		line = min(s.lineIn(a.Line)-1, len(lines)-1)
	}
	before := []rune(lines[line])
	before = before[:max(0, min(s.columnIn(a.Column)-1, len(before)))]
	p, err := s.placeOf(a.FrameId)
	if err != nil {
		return nil, err
	}
	code := string(before)
	candidates, from, err := p.d.CandidatesIn(ctx, p.task, p.frame, code)
	if err != nil {
		return nil, err
	}
	start := len([]rune(code[:from]))
	targets := []dap.CompletionItem{}
	for _, c := range candidates {
		kind := dap.CompletionItemType("variable")
		if strings.HasSuffix(c, "(") {
			kind = "function"
		}
		label := strings.TrimRight(c, "(.:") // what may follow is the prompt's to offer
		targets = append(targets, dap.CompletionItem{Label: visible.Line(label), Type: kind, Start: s.columnOut(start + 1), Length: len(before) - start})
	}
	return &dap.CompletionsResponse{Body: dap.CompletionsResponseBody{Targets: targets}}, nil
}

func (s *session) exceptionInfo(_ context.Context, r *dap.ExceptionInfoRequest) (*dap.ExceptionInfoResponse, error) {
	th, err := s.standing(r.Arguments.ThreadId)
	if err != nil {
		return nil, err
	}
	if th.stop.Error == nil {
		return nil, fmt.Errorf("thread %d stands at no error", th.id)
	}
	text := visible.Text(*th.stop.Error)
	body := dap.ExceptionInfoResponseBody{
		ExceptionId: "error", Description: text, BreakMode: "unhandled",
		Details: &dap.ExceptionDetails{Message: text, TypeName: "error", EvaluateName: "err", StackTrace: visible.Text(th.stop.Task.Traceback)},
	}
	if th.stop.Caught {
		body.BreakMode = "always"
	}
	return &dap.ExceptionInfoResponse{Body: body}, nil
}
