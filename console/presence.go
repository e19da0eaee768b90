package console

import (
	"cmp"

	"lunarium/console/access"
)

// This file tells the sessions of a node of this one.

// author is who is at the session, for the audit log.
func (o *Operator) author() access.Author { return o.presence.author() }

// arrive notes the session among those of its node.
func (o *Operator) arrive() {
	if o.Sessions == nil {
		o.Sessions = &Sessions{}
	}
	now := o.node.Clock().Elapsed()
	o.presence = &presence{kind: cmp.Or(o.Kind, "shell"), from: o.From, who: o.Who, since: now, at: now, end: o.End}
	o.Sessions.enter(o.presence)
	o.left = func() {}
	switch {
	case o.aside != nil: // what it does is done by that one
		o.presence.id, o.presence.kind = o.aside.id, o.aside.kind
	case o.Kind != oneLine:
		o.left = o.Audit.Came(o.author())
	}
}

// oneLine is the kind of sessions that end with the line that they began with.
const oneLine = "http"

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
	return o.Sessions.list(o.presence, o.node.Clock().Elapsed(), o.Secrets)
}

// EndSession ends one of them, unless who is there may do more than who is here.
func (o *Operator) EndSession(id uint64) error { return o.Sessions.endOne(id, o.Who.Role()) }
