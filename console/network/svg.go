package network

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"

	"lunarium/console/render"
	"lunarium/runtime/visible"
)

// This file draws networks.

const (
	letter    = 6.7 // the width of one, at 11 px
	boxHeight = 24.0
	boxMost   = 26 // letters of a name
	headline  = 44.0
	leastRing = 130.0
	ringEach  = 21.0 // that each node adds to the circle's radius
	aside     = 120.0
	bend      = 0.16 // how far an edge is bent, of its length
	arrow     = 7.0
)

// SVG draws a network: nodes on a circle, edges as arrows, each to the right of its
// straight line, so that those of both directions can be told apart.
func SVG(headlineText string, edges []Edge) string {
	nodes := arranged(edges)
	radius := max(leastRing, ringEach*float64(len(nodes)))
	centre := point{radius + aside, radius + headline + boxHeight}
	d := &drawing{at: onCircle(nodes, centre, radius), centre: centre, most: greatest(edges)}
	width, height := 2*centre.x, 2*radius+headline+3*boxHeight
	fmt.Fprintf(&d.text, `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="11">
<rect width="100%%" height="100%%" fill="#ffffff"/>
<text x="10" y="22" font-size="14" fill="#222222">`, width, height, width, height)
	escape(&d.text, headlineText)
	d.text.WriteString("</text>\n")
	for i := range edges {
		d.edge(&edges[i])
	}
	for i := range edges {
		d.label(&edges[i])
	}
	for _, n := range nodes {
		d.node(n)
	}
	d.text.WriteString("</svg>\n")
	return d.text.String()
}

// drawing is a network that is being drawn.
type drawing struct {
	at     map[Node]point
	centre point
	most   float64
	text   strings.Builder
}

func colorOf(e *Edge) string {
	if e.Failed {
		return "#b00020"
	}
	return "#5b7fa6"
}

// edge draws an arrow from the edge of one box to that of another.
func (d *drawing) edge(e *Edge) {
	from, control, to := d.curve(e)
	from, to = d.outside(e.From, from, control), d.outside(e.To, to, control)
	w := widthOf(e.Value, d.most)
	back := toward(to, control, arrow+w)
	fmt.Fprintf(&d.text, `<g><title>`)
	escape(&d.text, e.Title)
	fmt.Fprintf(&d.text, `</title><path d="M%.1f %.1f Q%.1f %.1f %.1f %.1f" fill="none" stroke="%s" stroke-width="%.1f" stroke-opacity="0.75"/>`,
		from.x, from.y, control.x, control.y, back.x, back.y, colorOf(e), w)
	length := distance(to, back)
	side := point{-(to.y - back.y) / length, (to.x - back.x) / length}
	half := w/2 + arrow/2
	fmt.Fprintf(&d.text, `<path d="M%.1f %.1f L%.1f %.1f L%.1f %.1f Z" fill="%s"/></g>`+"\n",
		to.x, to.y, back.x+side.x*half, back.y+side.y*half, back.x-side.x*half, back.y-side.y*half, colorOf(e))
}

// curve gives where an edge begins, to where it is bent, and where it ends. One to the same
// node goes away from the centre and back.
func (d *drawing) curve(e *Edge) (from, control, to point) {
	from, to = d.at[e.From], d.at[e.To]
	if e.From == e.To {
		length := max(distance(from, d.centre), 1)
		out := point{(from.x - d.centre.x) / length, (from.y - d.centre.y) / length}
		if from == d.centre {
			out = point{0, -1}
		}
		side := point{-out.y, out.x}
		const far, apart = 62.0, 34.0
		return point{from.x + side.x*apart, from.y + side.y*apart}, point{from.x + out.x*far, from.y + out.y*far},
			point{from.x - side.x*apart, from.y - side.y*apart}
	}
	middle := point{(from.x + to.x) / 2, (from.y + to.y) / 2}
	return from, point{middle.x - (to.y-from.y)*bend, middle.y + (to.x-from.x)*bend}, to
}

// outside gives where a line from a node's place to a point leaves its box.
func (d *drawing) outside(n Node, from, to point) point {
	at := d.at[n]
	if from != at {
		return from // of one to itself
	}
	dx, dy := to.x-at.x, to.y-at.y
	w, h := boxWidth(n)/2+2, boxHeight/2+2
	scale := 1.0
	if dx != 0 {
		scale = min(scale, w/math.Abs(dx))
	}
	if dy != 0 {
		scale = min(scale, h/math.Abs(dy))
	}
	return point{at.x + dx*scale, at.y + dy*scale}
}

// label writes what an edge carries beside its middle.
func (d *drawing) label(e *Edge) {
	from, control, to := d.curve(e)
	at := point{(from.x + 2*control.x + to.x) / 4, (from.y + 2*control.y + to.y) / 4}
	fmt.Fprintf(&d.text, `<text x="%.1f" y="%.1f" text-anchor="middle" font-size="10" fill="#222222" stroke="#ffffff" stroke-width="3" paint-order="stroke">`, at.x, at.y+3)
	escape(&d.text, e.Label)
	d.text.WriteString("</text>\n")
}

func boxWidth(n Node) float64 { return float64(render.Width(nameOf(n)))*letter + 16 }

func nameOf(n Node) string { return render.Truncate(visible.Line(n.Name), boxMost) }

func (d *drawing) node(n Node) {
	at, w := d.at[n], boxWidth(n)
	d.text.WriteString("<g><title>")
	escape(&d.text, n.ID+" "+n.Name)
	fmt.Fprintf(&d.text, `</title><rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="6" fill="#f4f6f8" stroke="#5b6470"/><text x="%.1f" y="%.1f" text-anchor="middle" fill="#222222">`,
		at.x-w/2, at.y-boxHeight/2, w, boxHeight, at.x, at.y+4)
	escape(&d.text, nameOf(n))
	d.text.WriteString("</text></g>\n")
}

func distance(a, b point) float64 { return math.Hypot(a.x-b.x, a.y-b.y) }

// toward gives a point at a distance from one, on the way to another.
func toward(from, to point, by float64) point {
	length := max(distance(from, to), 1)
	return point{from.x + (to.x-from.x)/length*by, from.y + (to.y-from.y)/length*by}
}

// escape writes a text that anybody may have made.
func escape(w io.Writer, text string) { xml.EscapeText(w, []byte(visible.Line(text))) }
