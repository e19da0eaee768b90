// Package replay holds recorded sessions: text files that read as the terminal
// did, and that are run again as tests.
//
//	# The chat room keeps its members across a reload.
//	$ lunarium --clock virtual --path testdata/services
//
//	> launch chat_room_service
//	:00000002 chat_room_service
//	> clock advance 10m
//	10m0s passed; 1 timer fired
//
// # The format
//
// A transcript is lines that end in LF; the last one too, so that a file cut
// off in the middle is noticed. What a line is follows from how it begins:
//
//   - "$ lunarium …": the node's command line, in words as a shell splits them
//     ('…', "…" and \ quote). At most one, before any input and output.
//   - "> …", or ">" alone: one line of input. A Lua chunk that goes on for
//     several lines is several inputs.
//   - "+ DURATION": that much time passes by itself; services do what falls due, and
//     the command before may wait for it. Recordings of the real clock have such lines.
//   - "#": a comment, anywhere. It belongs to no output.
//   - "# read ADDRESS FUNCTION …": what a service read of the world outside, which it gets again, and
//     "# answer ADDRESS FUNCTION …" what it was answered.
//   - anything else is output, exactly as expected: up to the next input or
//     time, that of the one before it, or of the node's start when there was none.
//
// An empty line is output when more output of the same input follows it.
// Otherwise, before an input, a comment that leads to one, or the end, it is
// layout and means nothing.
//
// Output that would be taken for something else has a \ in front, and nothing
// else has: lines that begin with "> ", "$ ", "#", "\" or a Markdown fence
// (```, also indented), "+ " and a duration, the lines ">" and "$", and an empty line at the end of
// an output, which is therefore the line "\".
//
// In Markdown, a transcript is a fenced block whose info string begins with the
// word session.
//
// Format gives back every file that Parse accepts, byte for byte, so that an
// update in place changes only output.
//
// Glossary: a transcript is a recorded session; a step is an input, or time that passes;
// an output is what one wrote, the startup what the node wrote before the first; a
// recorder writes a transcript; a pace is when time passed while it did; a
// reading is what a service read of the world outside.
//
// Files, from the ground up:
//   - words.go: command lines in words
//   - transcript.go: a transcript, read
//   - format.go: a transcript, written
//   - markdown.go: transcripts in documents
//   - run.go: a transcript is run and compared
//   - reading.go: what services read of the world outside
//   - reading_kept.go: it is kept until it is written
//   - reading_given.go: it is given to services again
//   - create.go: the file of a recording
//   - pace.go: what time passes in a recording
//   - recorder.go: a session is recorded
package replay
