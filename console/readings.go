package console

import (
	"lunarium/console/replay"
	"lunarium/runtime/service"
)

// This file keeps what services read, for a recording.

// Readings are what the services of a node read of the world outside, kept for a recording.
type Readings struct {
	kept replay.Readings
	stop func()
}

// KeepReadings begins to keep what the services of a node read.
func KeepReadings(n *service.Node) *Readings {
	k := &Readings{}
	k.stop = n.WatchReadings(func(r service.Reading) {
		read := replay.Reading{Service: r.Service.String(), Function: r.Function, Argument: r.Argument, Text: r.Text, None: r.None}
		switch {
		case r.Asked == nil:
			k.kept.Note(read)
		case r.None:
			read.None = false
			k.kept.Ask(r.Asked, read)
		default:
			k.kept.Answer(r.Asked, r.Text)
		}
	})
	return k
}
