package replay

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// This file finds transcripts in documents, and updates them there.

// ErrChanged is returned when a document no longer has the blocks that were
// read from it.
var ErrChanged = errors.New("the document's session blocks have changed")

// block is a fenced session block: its lines without their indentation.
type block struct {
	first  int // index of the first line inside, in the document's lines
	end    int // index of the closing fence
	indent string
	lines  []string
}

// ParseMarkdown reads the transcripts in a document: its fenced blocks whose
// info string begins with the word session. Line numbers are the document's.
// A document without any gives none.
func ParseMarkdown(path string, r io.Reader) ([]*Transcript, error) {
	text, err := readBounded(path, r)
	if err != nil {
		return nil, err
	}
	blocks, err := sessionBlocks(path, strings.Split(text, "\n"))
	if err != nil {
		return nil, err
	}
	var transcripts []*Transcript
	for _, b := range blocks {
		t, err := parseLines(path, b.first+1, b.lines)
		if err != nil {
			return nil, err
		}
		transcripts = append(transcripts, t)
	}
	return transcripts, nil
}

// UpdateMarkdown gives the document with its session blocks replaced by the
// transcripts that ParseMarkdown has read from it.
func UpdateMarkdown(path, document string, transcripts []*Transcript) (string, error) {
	lines := strings.Split(document, "\n")
	blocks, err := sessionBlocks(path, lines)
	if err != nil {
		return "", err
	}
	if len(blocks) != len(transcripts) {
		return "", fmt.Errorf("update %s: %w", path, ErrChanged)
	}
	var out []string
	done := 0
	for i, b := range blocks {
		out = append(out, lines[done:b.first]...)
		for _, l := range OutputLines(transcripts[i].Format()) {
			if l != "" {
				l = b.indent + l
			}
			out = append(out, l)
		}
		done = b.end
	}
	return strings.Join(append(out, lines[done:]...), "\n"), nil
}

// fence is an opening or closing line of a fenced block.
type fence struct {
	indent string
	mark   string // ``` or ~~~, three or more
	info   string
}

func parseFence(l string) (fence, bool) {
	body := strings.TrimLeft(l, " ")
	f := fence{indent: l[:len(l)-len(body)]}
	if body == "" || body[0] != '`' && body[0] != '~' {
		return f, false
	}
	rest := strings.TrimLeft(body, body[:1])
	f.mark, f.info = body[:len(body)-len(rest)], strings.TrimSpace(rest)
	// A line of `code` may begin with three backticks and hold more of them.
	return f, len(f.mark) >= 3 && !(f.mark[0] == '`' && strings.Contains(f.info, "`"))
}

func (f fence) closedBy(g fence) bool {
	return g.info == "" && g.mark[0] == f.mark[0] && len(g.mark) >= len(f.mark)
}

func sessionBlocks(path string, lines []string) ([]block, error) {
	var blocks []block
	for i := 0; i < len(lines); i++ {
		open, ok := parseFence(lines[i])
		if !ok {
			continue
		}
		end := i + 1
		for ; end < len(lines); end++ {
			if g, ok := parseFence(lines[end]); ok && open.closedBy(g) {
				break
			}
		}
		if words := strings.Fields(open.info); len(words) > 0 && words[0] == "session" {
			if end == len(lines) {
				return nil, &ParseError{path, i + 1, ErrCutOff, "cut off in the middle: the session block is not closed"}
			}
			b := block{first: i + 1, end: end, indent: open.indent}
			for n, l := range lines[i+1 : end] {
				inner, indented := strings.CutPrefix(l, open.indent)
				if !indented && l != "" {
					return nil, &ParseError{path, i + 2 + n, ErrSyntax, "the line is indented less than its block"}
				}
				b.lines = append(b.lines, inner)
			}
			blocks = append(blocks, b)
		}
		i = end
	}
	return blocks, nil
}
