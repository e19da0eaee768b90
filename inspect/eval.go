package inspect

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"lunarium/inspect/live"
	"lunarium/inspect/plain"
	"lunarium/runtime/compile"
	"lunarium/runtime/message"
	"lunarium/runtime/number"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file runs code and calls inside a service: eval, set, info, exit, the end of a
// task.

// What arguments may take before they are no argument any more: polls of the machine,
// and bytes.
const (
	argumentPolls = 100
	argumentBytes = 64 << 20
)

// Arguments evaluates a list of Lua expressions, such as `"join", 1, {x = 2}`,
// in an empty environment.
func Arguments(n *service.Node, text string) (message.Payload, error) {
	if strings.TrimSpace(text) == "" {
		return message.Direct(), nil
	}
	code, err := n.Sources().Compile("=arguments", []byte("return "+text))
	if err != nil {
		return message.Payload{}, &ArgumentError{Text: text, Reason: err.Error(), Quoted: quoteWords(text)}
	}
	polls := 0
	st := vm.NewState(vm.Config{Seed: n.Seed(), Over: func(more int) bool { polls += more; return polls > argumentPolls }})
	st.Memory().SetLimit(argumentBytes)
	task := st.NewTask(st.NewClosure(code, vm.TableValue(st.NewTable(0, 0))))
	if task.AsTask().Resume() != vm.StatusOK {
		reason := task.AsTask().Failure().Error()
		if errors.Is(task.AsTask().Failure(), vm.ErrKilled) {
			reason = "the expressions take too long"
		}
		return message.Payload{}, &ArgumentError{Text: text, Reason: reason, Quoted: quoteWords(text)}
	}
	values := task.AsTask().Results()
	if bare := bareWord(text, values); bare != "" {
		return message.Payload{}, &ArgumentError{Text: text, Reason: bare + " is not a value here", Quoted: quoteWords(text)}
	}
	copied, err := message.Copy(n.Detached(), values, nil)
	if err != nil {
		return message.Payload{}, &ArgumentError{Text: text, Reason: err.Error()}
	}
	return message.Direct(copied...), nil
}

// Words makes a payload of a first string and of arguments, which may be separated by
// blanks or commas: Lua expressions where they are ones, else the words themselves.
func Words(n *service.Node, first, text string) (message.Payload, error) {
	expressions := visible.Quote(first)
	if text != "" {
		expressions += ", " + text
	}
	p, err := Arguments(n, expressions)
	if err == nil {
		return p, nil
	}
	for _, word := range splitArguments(text) {
		_, wordErr := Arguments(n, word)
		if wordErr != nil && quoteWords(word) == "" {
			return message.Payload{}, err
		}
	}
	expressions = visible.Quote(first)
	for _, word := range splitArguments(text) {
		if _, wordErr := Arguments(n, word); wordErr != nil {
			word = visible.Quote(word)
		}
		expressions += ", " + word
	}
	return Arguments(n, expressions)
}

// ArgumentError says why arguments are not Lua expressions, and how they
// might have been meant.
type ArgumentError struct {
	Text, Reason string
	Quoted       string // the same with its words quoted; "" when that is no help
}

func (e *ArgumentError) Error() string {
	reason := strings.TrimPrefix(e.Reason, "arguments:1: ")
	if e.Quoted != "" {
		return fmt.Sprintf("%s; did you mean %s?", reason, e.Quoted)
	}
	return reason
}

// bareWord finds an argument that is a name: it evaluated to nil in the empty
// environment.
func bareWord(text string, values []vm.Value) string {
	parts := splitArguments(text)
	if len(parts) != len(values) {
		return ""
	}
	for i, part := range parts {
		if values[i].IsNil() && part != "nil" && isName(part) {
			return part
		}
	}
	return ""
}

func isName(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// splitArguments cuts at commas, or at blanks where there are none.
func splitArguments(text string) []string {
	var parts []string
	if strings.Contains(text, ",") {
		for _, part := range strings.Split(text, ",") {
			parts = append(parts, strings.TrimSpace(part))
		}
		return parts
	}
	return strings.Fields(text)
}

// quoteWords puts bare words into quotes and commas between them; "" when the
// text is more than a list of words, numbers and quoted strings.
func quoteWords(text string) string {
	if strings.ContainsAny(text, "{}[]()\\") {
		return ""
	}
	parts := splitArguments(text)
	for i, part := range parts {
		quotes := strings.Count(part, `"`) + strings.Count(part, "'")
		switch {
		case quotes == 2 && len(part) > 1 && part[0] == part[len(part)-1]:
			continue
		case quotes > 0 || part == "":
			return ""
		case part == "nil" || part == "true" || part == "false" || !isWord(part):
			continue
		}
		parts[i] = visible.Quote(part)
	}
	return strings.Join(parts, ", ")
}

func isWord(s string) bool {
	_, number := number.Parse(s)
	return !number
}

// Reply describes the values of an answer.
func Reply(n *service.Node, p message.Payload, limits plain.Limits) plain.Results {
	values := p.Values
	if p.Packed {
		st := vm.NewState(vm.Config{Seed: n.Seed()})
		unpacked, err := message.Unpack(st, p.Raw)
		if err != nil {
			return plain.Results{Values: []plain.Value{{Kind: plain.String, Text: p.Raw, Length: len(p.Raw)}}}
		}
		values = unpacked
	}
	return plain.Results{Values: live.Describe(nil, limits, values...)}
}

// Code is code to run inside a service.
type Code struct {
	Text  string
	Chunk string   // its name, as load takes it
	Args  []string // what it finds in ...
	Patch bool     // it has _U and _P, as skynet's patch scripts expect
	// Print takes what the code prints, on the service's own thread; nil: it goes
	// where the service's own output goes.
	Print func(text string)
}

// print is Lua's print for the code.
func (c *Code) print(t *vm.Thread) int {
	words := make([]string, t.NArgs())
	for i := range words {
		words[i] = t.ToStringMeta(t.Arg(i + 1))
	}
	c.Print(strings.Join(words, "\t") + "\n")
	return 0
}

// Eval runs code inside a service, as a task of its own that may call other
// services and wait. The names of the service's local variables are in reach
// and can be assigned to. An expression gives its values. When ctx ends first, the
// code is ended where it stands, which a *service.EndedError tells, or never begins.
func Eval(ctx context.Context, c *service.Client, s *service.Service, code Code, limits plain.Limits) (plain.Results, error) {
	compiled, err := live.CompileCode(s.Node(), code.Text, code.Chunk)
	if err != nil {
		return plain.Results{}, err
	}
	variables := live.SearchFor(ctx, s, compiled)
	told, err := run(ctx, c, s, "eval", func(t *vm.Thread, answer func(*live.Description)) int {
		own := service.Of(t)
		n := live.NamesOf(own)
		n.Add(variables)
		env := n.Environment()
		if code.Print != nil {
			env.AsTable().SetString("print", t.State().NewFunction("print", code.print))
		}
		if code.Patch {
			patch(own, env.AsTable())
		}
		fn := t.State().NewClosure(compiled, env)
		return t.CallThen(fn, service.Strings(code.Args...), func(t *vm.Thread) int {
			results := live.BeginDescription(own, limits, t.Args(1)...)
			if t.NArgs() > 0 {
				t.State().Registry.SetString(live.LastResult, t.Arg(1))
			}
			answer(results)
			return 0
		})
	})
	if err != nil {
		return plain.Results{}, err
	}
	values, err := told.Finish(ctx, s)
	return plain.Results{Values: values}, err
}

// run runs body as a task of a service and gives what it answered. Nobody else sees
// that: the task of a client that has gone meanwhile may still be writing it.
func run[T any](ctx context.Context, c *service.Client, s *service.Service, what string, body func(t *vm.Thread, answer func(T)) int) (T, error) {
	var given T
	_, err := c.Run(ctx, s.Address(), what, func(t *vm.Thread, _ *message.Message) int {
		return body(t, func(v T) {
			given = v
			service.Of(t).Ret(t, message.Direct())
		})
	})
	if err != nil {
		var none T
		return none, err
	}
	return given, nil
}

// Set evaluates an expression in the service and stores it at a path of its
// state. It gives the value before and after.
func Set(ctx context.Context, s *service.Service, path plain.Path, expression string, limits plain.Limits) (before, after plain.Value, err error) {
	compiled, err := s.Node().Sources().Compile("=value", []byte("return "+expression))
	if err != nil {
		return before, after, err
	}
	used, _ := live.NamesIn(compiled)
	var failure error
	err = live.InSteps(ctx, s, func(own service.Self, w *live.Work) {
		n := live.NamesOf(own)
		n.Search(w, func(name string) bool { return name == path[0].Text || used(name) })
		was, is, err := assign(ctx, w, n, path, compiled)
		if failure = err; err == nil {
			before, after = live.Describe(w, limits, was)[0], live.Describe(w, limits, is)[0]
		}
	})
	if err == nil {
		err = failure
	}
	return before, after, err
}

// assign evaluates an expression and stores its value at a path.
func assign(ctx context.Context, w *live.Work, n *live.Names, path plain.Path, expression *vm.Code) (before, after vm.Value, err error) {
	defer n.State.Collector().Suspend()()
	place, err := n.Locate(w, path)
	if err != nil {
		return vm.Nil, vm.Nil, err
	}
	results, err := n.Own.RunHere(ctx, n.State.NewClosure(expression, n.Environment()))
	if err != nil {
		return vm.Nil, vm.Nil, err
	}
	after = vm.Nil
	if len(results) > 0 {
		after = results[0]
	}
	before = place.Get()
	place.Set(after)
	return before, after, nil
}

// Info asks a service's info_func. ok is false when it has none.
func Info(ctx context.Context, c *service.Client, s *service.Service, args message.Payload, limits plain.Limits) (results plain.Results, ok bool, err error) {
	told, err := run(ctx, c, s, "info", func(t *vm.Thread, answer func(*live.Description)) int {
		own := service.Of(t)
		fn := own.Info()
		if !fn.IsFunction() {
			answer(nil)
			return 0
		}
		t.State().Adopt(args.Values)
		return t.CallThen(fn, args.Values, func(t *vm.Thread) int {
			answer(live.BeginDescription(own, limits, t.Args(1)...))
			return 0
		})
	})
	if told == nil {
		return plain.Results{}, false, err
	}
	results.Values, err = told.Finish(ctx, s)
	return results, true, err
}

// Exit makes a service exit, as skynet.exit inside it would.
func Exit(ctx context.Context, c *service.Client, s *service.Service) error {
	_, err := c.Run(ctx, s.Address(), "exit", func(t *vm.Thread, _ *message.Message) int {
		own := service.Of(t)
		own.Ret(t, message.Direct())
		return own.Exit(t)
	})
	if err == nil {
		select {
		case <-s.Gone():
		case <-ctx.Done():
			err = ctx.Err()
		}
		select {
		case <-s.Released():
		case <-ctx.Done():
		}
	}
	return err
}

// KillTask ends one task of a service; false when there is none of that number.
func KillTask(ctx context.Context, s *service.Service, id uint64) (killed bool, err error) {
	tidies := ""
	err = s.Do(ctx, func(own service.Self) {
		if killed = own.KillTask(id); !killed {
			tidies = own.Tidies(id)
		}
	})
	if tidies != "" {
		err = &TidyError{Task: id, Does: tidies}
	}
	return killed, err
}

// TidyError says that a task is a library's, which gives back what an ended task held, and
// that nobody ends it.
type TidyError struct {
	Task uint64
	Does string // as "db_pool clean-up"
}

func (e *TidyError) Error() string {
	return fmt.Sprintf("task %d can't be killed: it gives back what an ended task held (%s), and ends when that is done", e.Task, visible.Line(e.Does))
}

// Incomplete tells whether an error of Eval is that of a chunk that ends too
// early.
func Incomplete(err error) bool { return err != nil && compile.Incomplete(err) }
