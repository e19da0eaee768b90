package command

import (
	"bytes"
	"fmt"
	"time"

	"lunarium/console"
	"lunarium/console/flame"
	"lunarium/console/render"
	"lunarium/inspect/profile"
)

// This file writes profiles as files, and draws them.

// writeProfile writes the files that were asked for, and shows the graph to who can see it.
func writeProfile(o *console.Operator, asked *profileArgs, p *profile.Profile) error {
	if o.Picture != nil && p.Total > 0 {
		o.Picture(flameGraph(asked, p))
	}
	if asked.pprof != "" {
		var b bytes.Buffer
		if err := p.WritePprof(&b); err != nil {
			return fmt.Errorf("cannot make a profile for pprof: %w", err)
		}
		if err := o.WriteFile(asked.pprof, b.Bytes()); err != nil {
			return err
		}
		if err := wrote(o, asked.pprof, fmt.Sprintf(`"go tool pprof -top %s" reads it`, asked.pprof)); err != nil {
			return err
		}
	}
	if asked.svg != "" {
		if err := o.WriteFile(asked.svg, []byte(flameGraph(asked, p))); err != nil {
			return err
		}
		return wrote(o, asked.svg, "a browser shows it")
	}
	return nil
}

func wrote(o *console.Operator, path, how string) error {
	return o.Reply(map[string]string{"written": path}, fmt.Sprintf("written to %s; %s", path, how))
}

// flameGraph draws a profile.
func flameGraph(asked *profileArgs, p *profile.Profile) string {
	root := p.Tree()
	box := boxOf(p, root)
	box.Name, box.Title, box.Color = asked.title(), profileSum(asked, p), flame.Grey
	return flame.SVG("profile "+p.Kind.String()+" of "+profileSum(asked, p), box)
}

var flameColors = map[profile.Kind]flame.Color{
	profile.Service: flame.Grey, profile.Task: flame.Grey, profile.Cut: flame.Grey, profile.Other: flame.Grey,
	profile.Library: flame.Blue, profile.Wait: flame.Violet,
}

func boxOf(p *profile.Profile, b *profile.Branch) flame.Box {
	box := flame.Box{Name: b.Frame.Unique(), Color: flameColors[b.Frame.Kind], Value: b.Total, Title: b.Frame.Name}
	if place := b.Frame.Place(); place != "" {
		box.Title += " (" + place + ")"
	}
	box.Title += fmt.Sprintf(": %s, %s", share(b.Total, p.Total), amount(p.Unit, b.Total))
	if b.Self > 0 && b.Self < b.Total {
		box.Title += fmt.Sprintf("; by itself %s", share(b.Self, p.Total))
	}
	for _, below := range b.Below {
		box.Below = append(box.Below, boxOf(p, below))
	}
	return box
}

// amount writes a value.
func amount(unit profile.Unit, value int64) string {
	switch unit {
	case profile.Polls:
		return render.Plural(int(value), "sample", "samples")
	case profile.Bytes:
		return render.Size(value)
	}
	return render.Duration(time.Duration(value))
}
