package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"lunarium/console/line"
	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/runtime/compile"
	"lunarium/runtime/vm"
)

// luaPrompt reads Lua from a terminal and runs it on one machine. Its goroutine
// owns the machine; the editor completes only while it waits for a line.
type luaPrompt struct {
	lua    *plainLua
	reader line.Reader
	style  func() render.Style
}

// runLuaPrompt is "lunarium lua" on a terminal.
func runLuaPrompt(std Streams) int {
	p := &luaPrompt{}
	reader := openReader(std, func(text string, pos int) ([]string, int) {
		return inspect.GlobalCandidates(p.lua.state, text[:pos])
	})
	defer reader.Close()
	p.reader = reader
	p.open(reader.Writer(), func(code int) {
		reader.Close()
		os.Exit(code)
	})
	palette := render.NewPalette(useColor("auto", true))
	p.style = func() render.Style { return render.Style{Palette: palette, Width: reader.Width()} }
	fmt.Fprintf(reader.Writer(), "lunarium %s · Lua 5.2 without a node · Ctrl-D leaves\n", version)
	p.converse()
	return exitOK
}

func (p *luaPrompt) open(out io.Writer, exit func(int)) {
	p.lua = newPlainLua(&promptInput{reader: p.reader}, out, out, exit)
	p.lua.setArgs(nil)
}

// converse runs lines until the input ends.
func (p *luaPrompt) converse() {
	unfinished, prompt := "", "> "
	for {
		text, err := p.reader.ReadLine(prompt)
		switch {
		case errors.Is(err, line.ErrInterrupt):
			unfinished, prompt = "", "> "
			continue
		case errors.Is(err, line.ErrLineTooLong):
			fmt.Fprintln(p.reader.Writer(), err)
			continue
		case err != nil:
			return
		}
		if unfinished == "" {
			text = strings.TrimPrefix(text, "=")
		}
		source := unfinished + text
		if strings.TrimSpace(source) == "" {
			continue
		}
		code, err := p.compile(source)
		if compile.Incomplete(err) {
			unfinished, prompt = source+"\n", "... "
			continue
		}
		unfinished, prompt = "", "> "
		if err != nil {
			p.fail(err.Error())
			continue
		}
		p.run(code)
	}
}

// compile reads source as an expression, and if it is none, as statements.
func (p *luaPrompt) compile(source string) (*vm.Code, error) {
	code, err := p.lua.compile("=stdin", []byte("return "+source))
	if err == nil || compile.Incomplete(err) {
		return code, err
	}
	return p.lua.compile("=stdin", []byte(source))
}

// run runs code until it ends or Ctrl-C is pressed, and shows what it gave.
func (p *luaPrompt) run(code *vm.Code) {
	st := p.lua.state
	st.ClearInterrupt(vm.InterruptKill)
	task := st.NewTask(st.NewClosure(code, vm.TableValue(st.Globals)))
	finished, watching := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watching)
		select {
		case <-p.reader.Interrupts():
			st.Interrupt(vm.InterruptKill)
		case <-finished:
		}
	}()
	status := st.Resume(task)
	close(finished)
	<-watching
	if status != vm.StatusOK {
		p.failed(task)
		return
	}
	if values := task.Results(); len(values) > 0 {
		st.Globals.SetString("_", values[0])
		described := inspect.Describe(inspect.DefaultLimits, values...)
		fmt.Fprintln(p.reader.Writer(), strings.TrimRight(p.style().Results(described), "\n"))
	}
}

func (p *luaPrompt) failed(task *vm.Thread) {
	failure := task.Failure()
	switch {
	case failure == nil:
		p.fail("the code yielded outside a coroutine")
	case errors.Is(failure, vm.ErrKilled):
		fmt.Fprintln(p.reader.Writer(), p.style().Palette.Warning("interrupted"))
	default:
		p.fail(failure.Error())
		fmt.Fprintln(p.reader.Writer(), p.style().Palette.Note(failure.Traceback))
	}
}

func (p *luaPrompt) fail(text string) {
	fmt.Fprintln(p.reader.Writer(), p.style().Palette.Error(text))
}

// promptInput is the standard input of code at the prompt: further lines of the
// same terminal.
type promptInput struct {
	reader line.Reader
	rest   string
}

func (in *promptInput) Read(b []byte) (int, error) {
	if in.rest == "" {
		text, err := in.reader.ReadLine("")
		if err != nil {
			return 0, err
		}
		in.rest = text + "\n"
	}
	n := copy(b, in.rest)
	in.rest = in.rest[n:]
	return n, nil
}
