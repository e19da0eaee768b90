package console

import "context"

// This file holds modes, which take a session's lines in place of the commands.

// mode takes a session's lines instead of the commands: the Lua prompt, the
// debugger.
type mode interface {
	// line takes one line; it may end the mode with Session.leaveMode.
	line(ctx context.Context, text string) error
	// complete is Session.Complete.
	complete(text string) (candidates []string, from int)
	// abandon forgets an unfinished line: Ctrl-C at the prompt.
	abandon()
	// close lets go of what the mode holds.
	close()
}

// enterMode gives the lines to m from now on.
func (s *Session) enterMode(m mode, prompt string) { s.mode, s.prompt = m, prompt }

// leaveMode goes back to commands.
func (s *Session) leaveMode() {
	if s.mode != nil {
		s.mode.close()
	}
	s.mode, s.prompt = nil, commandPrompt
}

// backToCommands leaves the mode at the operator's wish.
func (s *Session) backToCommands() error {
	s.leaveMode()
	return s.reply(map[string]string{"mode": "commands"}, "back to commands")
}

// Leave leaves what takes the lines instead of the commands, as Ctrl-D does; false: there
// is nothing but the session to leave.
func (s *Session) Leave() bool {
	if s.mode == nil {
		return false
	}
	if err := s.backToCommands(); err != nil {
		s.report(err)
	}
	return true
}

const commandPrompt = "> "
