package console

import "cmp"

// This file tells the sessions of a node of this one.

// arrive notes the session among those of its node.
func (o *Operator) arrive() {
	if o.Sessions == nil {
		o.Sessions = &Sessions{}
	}
	o.presence = &presence{kind: cmp.Or(o.Kind, "shell"), from: o.From, since: o.node.Clock().Elapsed(), at: o.node.Clock().Elapsed(), end: o.End}
	o.Sessions.enter(o.presence)
}

// busyWith notes the line that runs; the function that it gives notes its end.
func (o *Operator) busyWith(line string, cancel func()) (over func()) {
	o.Sessions.change(func() { o.presence.line, o.presence.at, o.presence.cancel = line, o.node.Clock().Elapsed(), cancel })
	return func() {
		holds := o.holds()
		now := o.node.Clock().Elapsed()
		o.Sessions.change(func() { o.presence.at, o.presence.cancel, o.presence.holds = now, nil, holds })
	}
}

// holds tells what ends with the session.
func (o *Operator) holds() (holds []string) {
	if o.mode != nil {
		holds = append(holds, o.mode.Holds())
	}
	if o.recording != nil {
		holds = append(holds, "records "+o.recording.Name())
	}
	return holds
}

// OtherSessions lists the sessions of the node, this one among them.
func (o *Operator) OtherSessions() []SessionInfo {
	return o.Sessions.list(o.presence, o.node.Clock().Elapsed())
}

// EndSession ends one of them.
func (o *Operator) EndSession(id uint64) error { return o.Sessions.endOne(id) }
