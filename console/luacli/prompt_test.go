package luacli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/console/line"
	"lunarium/console/render"
	"lunarium/console/usage"
)

// pressed is a reader whose Ctrl-C is pressed already.
type pressed struct {
	line.Reader
	interrupts chan struct{}
}

func (p *pressed) Interrupts() <-chan struct{} { return p.interrupts }

func conversation(input string, presses int) string {
	var out strings.Builder
	reader := &pressed{line.NewPlain(line.PlainOptions{In: strings.NewReader(input), Out: &out}), make(chan struct{}, presses)}
	for range presses {
		reader.interrupts <- struct{}{}
	}
	p := &prompt{reader: reader, style: func() render.Style { return render.Style{} }}
	p.open(newInterpreter(Program{Streams: usage.Streams{Program: "lunarium"}}, environment{}), &out, func(int) {})
	p.converse()
	reader.Close()
	return out.String()
}

func TestPrompt(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"expression":  {"1 + 1\n_ * 3\n", "2\n6\n"},
		"statement":   {"x = 5\n=x\n", "5\n"},
		"several":     {"1, \"a\"\n", "1, \"a\"\n"},
		"no values":   {"print('hi')\n", "hi\n"},
		"unfinished":  {"for i = 1, 2 do\nprint(i)\nend\n1 +\n2\n", "1\n2\n3\n"},
		"syntax":      {"x = = 1\n7\n", "stdin:1: unexpected symbol near '='\n7\n"},
		"reads lines": {"io.read()\nhello\n", "\"hello\"\n"},
	} {
		if d := cmp.Diff(c.want, conversation(c.in, 0)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestPromptGoesOn(t *testing.T) {
	out := conversation("error('boom')\n7\n", 0)
	if !strings.HasPrefix(out, "stdin:1: boom\n") || !strings.HasSuffix(out, "\n7\n") {
		t.Errorf("after an error: %q", out)
	}
	out = conversation("while true do end\n8\n", 1)
	if out != "interrupted\n8\n" {
		t.Errorf("after Ctrl-C: %q", out)
	}
}
