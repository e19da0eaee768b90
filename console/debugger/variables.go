package debugger

import (
	"fmt"
	"strings"

	"lunarium/console/render"
	"lunarium/inspect/debug"
)

// This file shows the variables of a call.

// VariablesText shows the variables of a call, those of a kind together.
func VariablesText(style render.Style, list []debug.FrameVariable) string {
	var b strings.Builder
	for len(list) > 0 {
		kind := list[0].Kind
		var roots []render.Root
		for len(list) > 0 && list[0].Kind == kind {
			roots = append(roots, render.Root{Name: list[0].Name, Value: list[0].Value})
			list = list[1:]
		}
		fmt.Fprintf(&b, "%s\n%s\n", style.Palette.Paint(render.Header, string(kind)+"s"), style.Tree(roots...))
	}
	return b.String()
}
