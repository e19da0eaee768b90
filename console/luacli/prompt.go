package luacli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"lunarium/runtime/vm"

	"lunarium/console/line"
	"lunarium/console/render"
	"lunarium/console/usage"
	"lunarium/inspect/live"
	"lunarium/inspect/plain"
	"lunarium/runtime/compile"
)

// This file takes lines from a terminal.

// prompt reads Lua from a terminal and runs it on one machine. Its goroutine
// owns the machine; the editor completes only while it waits for a line.
type prompt struct {
	lua    *interpreter
	reader line.Reader
	style  func() render.Style
}

// converse asks for code until the input ends: the line editor on a terminal,
// else plain lines, as the reference interpreter does.
func (l *interpreter) converse(std usage.Streams, terminal bool) int {
	if !terminal {
		converseOnPipe(l, std)
		return usage.ExitOK
	}
	p := &prompt{}
	reader := line.Open(std.In, std.Out, func(text string, pos int) line.Completion {
		candidates, from := live.GlobalCandidates(l.state, text[:pos])
		return line.Completion{Candidates: candidates, From: from}
	}, l.history)
	defer reader.Close()
	p.reader = reader
	out := reader.Writer()
	p.open(l, out, func(code int) {
		reader.Close()
		os.Exit(code)
	})
	palette := render.NewPalette(render.ColorWanted("auto", true))
	p.style = func() render.Style { return render.Style{Palette: palette, Width: reader.Width()} }
	fmt.Fprintf(out, "lunarium %s · Lua 5.2 without a node · Ctrl-D leaves\n", l.version)
	p.converse()
	return usage.ExitOK
}

// open makes l's streams those of the editor, which alone reads the terminal:
// commands get no input and write through it.
func (p *prompt) open(l *interpreter, out io.Writer, exit func(int)) {
	p.lua = l
	l.in.Reader, l.out.Writer, l.err.Writer, l.exit = &promptInput{reader: p.reader}, out, out, exit
	l.host.Child = [3]*os.File{}
}

// converse runs lines until the input ends.
func (p *prompt) converse() {
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
func (p *prompt) compile(source string) (*vm.Code, error) {
	code, err := p.lua.compile("=stdin", []byte("return "+source), nil)
	if err == nil || compile.Incomplete(err) {
		return code, err
	}
	return p.lua.compile("=stdin", []byte(source), nil)
}

// run runs code until it ends or Ctrl-C is pressed, and shows what it gave.
func (p *prompt) run(code *vm.Code) {
	st := p.lua.state
	st.ClearInterrupt(vm.InterruptKill)
	finished, watching := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watching)
		select {
		case <-p.reader.Interrupts():
			st.Interrupt(vm.InterruptKill)
		case <-finished:
		}
	}()
	values, err := p.lua.call(st.NewClosure(code, vm.TableValue(st.Globals)))
	close(finished)
	<-watching
	switch {
	case errors.Is(err, vm.ErrKilled):
		fmt.Fprintln(p.reader.Writer(), p.style().Palette.Warning("interrupted"))
	case err != nil:
		message, trace, _ := strings.Cut(err.Error(), "\nstack traceback:\n")
		p.fail(message)
		if trace != "" {
			fmt.Fprintln(p.reader.Writer(), p.style().Palette.Note("stack traceback:\n"+trace))
		}
	case len(values) > 0:
		st.Globals.SetString("_", values[0])
		described := live.Describe(nil, plain.DefaultLimits, values...)
		fmt.Fprintln(p.reader.Writer(), strings.TrimRight(p.style().Results(described), "\n"))
	}
}

func (p *prompt) fail(text string) {
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
