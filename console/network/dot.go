package network

import (
	"fmt"
	"strings"

	"lunarium/runtime/visible"
)

// This file writes networks in DOT (graphviz.org/doc/info/lang.html).

// DOT gives the network as Graphviz reads it.
func DOT(headline string, edges []Edge) string {
	var b strings.Builder
	fmt.Fprintf(&b, "digraph services {\n\tlabel=%s;\n\tlabelloc=t;\n\tnode [shape=box, style=rounded, fontname=\"sans-serif\"];\n\tedge [fontname=\"sans-serif\", fontsize=10];\n", quoted(headline))
	for _, n := range nodesOf(edges) {
		fmt.Fprintf(&b, "\t%s [label=%s];\n", quoted(n.ID), quoted(n.Name))
	}
	most := greatest(edges)
	for _, e := range edges {
		color := ""
		if e.Failed {
			color = ", color=\"#b00020\""
		}
		fmt.Fprintf(&b, "\t%s -> %s [label=%s, tooltip=%s, penwidth=%.1f%s];\n",
			quoted(e.From.ID), quoted(e.To.ID), quoted(e.Label), quoted(e.Title), widthOf(e.Value, most), color)
	}
	b.WriteString("}\n")
	return b.String()
}

// quoted writes a string of DOT, in which a \ begins what Graphviz replaces.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(visible.Line(text)) + `"`
}

// The widths of edges.
const (
	narrow = 1.0
	wide   = 6.0
)

func widthOf(value, most float64) float64 {
	if most <= 0 {
		return narrow
	}
	return narrow + (wide-narrow)*value/most
}
