package vm

// SetPiece sets how many places a cycle looks at before it may give way.
func (s *State) SetPiece(places int) { s.collector.piece = places }

// Marked gives the number of objects that the cycle which stands has marked.
func (s *State) Marked() int { return s.collector.cycle.queue.len() }

// PhasesLeft gives the number of phases of the cycle that stands.
func (s *State) PhasesLeft() int { return len(s.collector.cycle.todo) }
