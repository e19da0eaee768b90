package console

import (
	"context"
	"fmt"
	"strings"

	"lunarium/console/render"
)

// This file runs a line: it finds the command, or what an alias stands for.

// maxDepth bounds aliases that name each other and files that source each other.
const maxDepth = 20

func (o *Operator) dispatch(ctx context.Context, line string) error {
	name, rest := CutWord(line)
	if strings.HasPrefix(name, "#") {
		return nil
	}
	if expansion, ok := o.aliases[name]; ok {
		if o.depth >= maxDepth {
			return fmt.Errorf("alias %s goes round in a circle", name)
		}
		o.depth++
		defer func() { o.depth-- }()
		return o.dispatch(ctx, strings.TrimSpace(expansion+" "+rest))
	}
	command, err := o.table.Find(name)
	if err != nil {
		return err
	}
	return o.run(ctx, command, line, rest)
}

// Capture runs a command and gives what it wrote without colour, but for the time that
// it took.
func (o *Operator) Capture(ctx context.Context, line string) (string, error) {
	var b strings.Builder
	out, untimed, palette := o.out, o.Untimed, o.Palette
	o.out, o.Untimed, o.Palette = &b, true, render.Palette{}
	err := o.dispatch(ctx, line)
	o.out, o.Untimed, o.Palette = out, untimed, palette
	if err != nil {
		return strings.TrimRight(b.String(), "\n"), err
	}
	return b.String(), nil
}
