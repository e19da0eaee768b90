package flame_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"lunarium/console/flame"
)

// parsed gives the titles of a picture and the widths of its boxes; the picture has to be
// well-formed and have nothing that runs or leads elsewhere.
func parsed(t *testing.T, svg string) (titles []string, widths []string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(svg))
	inTitle := false
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return titles, widths
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			inTitle = token.Name.Local == "title"
			switch token.Name.Local {
			case "svg", "g", "title", "rect", "text":
			default:
				t.Errorf("there is a %s", token.Name.Local)
			}
			for _, a := range token.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Name.Local, "href") || a.Name.Local == "style" {
					t.Errorf("there is %s=%q", a.Name.Local, a.Value)
				}
				if token.Name.Local == "rect" && a.Name.Local == "width" {
					widths = append(widths, a.Value)
				}
			}
		case xml.CharData:
			if inTitle {
				titles = append(titles, string(token))
			}
			inTitle = false
		}
	}
}

func TestBoxesAreAsWideAsTheirValues(t *testing.T) {
	svg := flame.SVG("a graph", flame.Box{Name: "all", Title: "all", Value: 100, Below: []flame.Box{
		{Name: "most", Title: "most of it", Value: 75}, {Name: "rest", Title: "the rest", Value: 25},
	}})
	titles, widths := parsed(t, svg)
	if strings.Join(titles, ", ") != "all, most of it, the rest" || strings.Join(widths, " ") != "100% 1180.0 885.0 295.0" {
		t.Errorf("%q, %q", titles, widths)
	}
}

func TestHostileNames(t *testing.T) {
	for _, name := range []string{"<script>alert(1)</script>", "a\x1b[31m\x00b\xff", `"&'`, strings.Repeat("長い", 1000), "\u202ertl\ufffe"} {
		titles, _ := parsed(t, flame.SVG(name, flame.Box{Name: name, Title: name, Value: 1}))
		if len(titles) != 1 {
			t.Errorf("%q: %q", name, titles)
		}
	}
}

// What is too small or too deep to be seen is left out: the picture stays small.
func TestManyBoxes(t *testing.T) {
	root := flame.Box{Name: "all", Title: "all", Value: 1 << 20}
	for range 1 << 16 {
		root.Below = append(root.Below, flame.Box{Name: "small", Title: "small", Value: 16})
	}
	deep := flame.Box{Name: "deepest", Title: "deepest", Value: 1}
	for range 1000 {
		deep = flame.Box{Name: "deep", Title: "deep", Value: 1, Below: []flame.Box{deep}}
	}
	for _, box := range []flame.Box{root, deep} {
		svg := flame.SVG("many", box)
		parsed(t, svg)
		if len(svg) > 1<<17 {
			t.Errorf("%d bytes", len(svg))
		}
	}
}
