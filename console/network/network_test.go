package network_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"testing"

	"lunarium/console/network"
)

// hostile are edges whose texts want to be more than texts.
func hostile() []network.Edge {
	var edges []network.Edge
	texts := []string{`a"b\n`, `</text><script>alert(1)</script>`, "\x1b[31mred", "\\", strings.Repeat("long ", 40), "", "日本語"}
	for i, text := range texts {
		from, to := network.Node{ID: fmt.Sprint("n", i), Name: text}, network.Node{ID: fmt.Sprint("n", (i+1)%len(texts)), Name: texts[(i+1)%len(texts)]}
		edges = append(edges,
			network.Edge{From: from, To: to, Value: float64(i), Label: text, Title: text, Failed: i%2 == 0},
			network.Edge{From: from, To: from, Value: 1, Label: "self"})
	}
	return edges
}

// The picture is well formed, has each node and edge, and nothing that acts.
func TestSVG(t *testing.T) {
	for _, edges := range [][]network.Edge{hostile(), hostile()[:1], hostile()[1:2], nil} {
		picture := network.SVG("<headline>", edges)
		counts := map[string]int{}
		for d := xml.NewDecoder(strings.NewReader(picture)); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%v in %s", err, picture)
			}
			if start, ok := token.(xml.StartElement); ok {
				counts[start.Name.Local]++
			}
		}
		if counts["script"] > 0 || counts["path"] != 2*len(edges) {
			t.Errorf("%v of %d edges", counts, len(edges))
		}
		if strings.Contains(picture, "NaN") || strings.Contains(picture, "\x1b") {
			t.Error(picture)
		}
	}
}

// Graphviz, where it is installed, draws what is written, whatever the names.
func TestDOT(t *testing.T) {
	text := network.DOT(`a "headline"`, hostile())
	for _, want := range []string{`label="a \"headline\"";`, `"n0" [label="a\"b\\n"];`, `"n1" -> "n1" [label="self"`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
	if _, err := exec.LookPath("dot"); err != nil {
		t.Skip("dot is not installed: the text alone was looked at")
	}
	command := exec.CommandContext(t.Context(), "dot", "-Tplain")
	command.Stdin = strings.NewReader(text)
	out, err := command.CombinedOutput()
	if err != nil || strings.Count(string(out), "\nedge ") != len(hostile()) {
		t.Errorf("%v: %s", err, out)
	}
}
