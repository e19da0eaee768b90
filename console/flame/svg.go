package flame

import (
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"io"
	"strings"

	"lunarium/console/render"
	"lunarium/runtime/visible"
)

// This file draws graphs.

const (
	width     = 1200.0
	margin    = 10.0
	rowHeight = 19.0
	headline  = 34.0
	letter    = 6.7 // the width of one, at 11 px
	// leastWidth is that of the smallest box that is drawn, in pixels.
	leastWidth = 0.5
	// mostLevels bounds the height.
	mostLevels = 80
)

// SVG draws a graph, the root at the top, below a headline.
func SVG(headlineText string, root Box) string {
	d := &drawing{total: max(root.Value, 1)}
	d.box(&root, margin, 0)
	height := headline + float64(d.levels)*rowHeight + margin
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="11">
<rect width="100%%" height="100%%" fill="#ffffff"/>
<text x="%.0f" y="22" font-size="14" fill="#222222">`, width, height, width, height, margin)
	escape(&b, headlineText)
	b.WriteString("</text>\n")
	b.WriteString(d.text.String())
	b.WriteString("</svg>\n")
	return b.String()
}

// drawing is a graph that is being drawn.
type drawing struct {
	total  int64
	levels int
	text   strings.Builder
}

// box draws a box and those below it.
func (d *drawing) box(b *Box, x float64, level int) {
	w := float64(b.Value) / float64(d.total) * (width - 2*margin)
	if w < leastWidth || level >= mostLevels {
		return
	}
	d.levels = max(d.levels, level+1)
	y := headline + float64(level)*rowHeight
	d.text.WriteString("<g><title>")
	escape(&d.text, b.Title)
	fmt.Fprintf(&d.text, `</title><rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="2" fill="%s" stroke="#ffffff" stroke-width="0.5"/>`,
		x, y, w, rowHeight-1, shade(b))
	if name := fitting(b.Name, w); name != "" {
		fmt.Fprintf(&d.text, `<text x="%.1f" y="%.1f" fill="#222222">`, x+4, y+13)
		escape(&d.text, name)
		d.text.WriteString("</text>")
	}
	d.text.WriteString("</g>\n")
	for i := range b.Below {
		d.box(&b.Below[i], x, level+1)
		x += float64(b.Below[i].Value) / float64(d.total) * (width - 2*margin)
	}
}

// fitting cuts a name to what a box has room for; "": to nothing that says something.
func fitting(name string, w float64) string {
	room := int((w - 8) / letter)
	name = visible.Line(name)
	if room < 3 && render.Width(name) > room {
		return ""
	}
	return render.Truncate(name, room)
}

// shades are the lightest colours: each name has one a little darker.
var shades = [...][3]int{Warm: {255, 214, 140}, Blue: {170, 208, 245}, Violet: {214, 190, 240}, Grey: {222, 222, 222}}

// shade gives a box's colour: the same for the same name.
func shade(b *Box) string {
	h := fnv.New32a()
	io.WriteString(h, b.Name)
	darker := int(h.Sum32()%1000) * 50 / 1000
	c := shades[b.Color]
	if b.Color == Warm {
		return fmt.Sprintf("#%02x%02x%02x", c[0], c[1]-2*darker, c[2]-2*darker)
	}
	return fmt.Sprintf("#%02x%02x%02x", c[0]-darker, c[1]-darker, c[2]-darker/2)
}

// escape writes a text that anybody may have made.
func escape(w io.Writer, text string) { xml.EscapeText(w, []byte(visible.Line(text))) }
