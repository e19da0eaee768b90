package console

import "context"

// This file holds modes, which take a session's lines in place of the commands.

// Mode takes a session's lines instead of the commands: the Lua prompt, the
// debugger.
type Mode interface {
	// Line takes one line; it may end the mode with Operator.BackToCommands.
	Line(ctx context.Context, text string) error
	// Complete is Session.Complete.
	Complete(text string) Completion
	// Abandon forgets an unfinished line: Ctrl-C at the prompt.
	Abandon()
	// Holds says what the mode holds, for other sessions: "debugs :00000008 chat".
	Holds() string
	// Close lets go of it.
	Close()
}

// Mode gives what takes the lines; nil: the commands do.
func (o *Operator) Mode() Mode { return o.mode }

// SetPrompt shows another prompt before the next line of the mode.
func (o *Operator) SetPrompt(prompt string) { o.prompt = prompt }

// EnterMode gives the lines to m from now on.
func (o *Operator) EnterMode(m Mode, prompt string) { o.mode, o.prompt = m, prompt }

// leaveMode goes back to commands.
func (o *Operator) leaveMode() {
	if o.mode != nil {
		o.mode.Close()
	}
	o.mode, o.prompt = nil, commandPrompt
}

// BackToCommands leaves the mode at the operator's wish.
func (o *Operator) BackToCommands() error {
	o.leaveMode()
	return o.Reply(map[string]string{"mode": "commands"}, "back to commands")
}

const commandPrompt = "> "
