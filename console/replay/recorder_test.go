package replay

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestPacedRecording records what time passes by itself.
func TestPacedRecording(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "transcript.txt"))
	if err != nil {
		t.Fatal(err)
	}
	elapsed := time.Duration(0)
	r := NewRecorder(file, &Clock{Elapsed: func() time.Duration { return elapsed }, Tick: 10 * time.Millisecond}, &Readings{})
	pass := func(d time.Duration) { elapsed += d }
	say := func(text string) { r.Write([]byte(text)) }

	say("up\n")
	r.Answered()
	pass(time.Millisecond)
	r.Input("first") // so short a pause is not told, but not lost either
	say("one\n")
	r.Answered()
	pass(2 * time.Second)
	say("tick\n")
	say("unfini")
	say("shed\n")
	r.Input("second")
	pass(time.Second) // while the command runs
	say("two\n")
	r.Answered()
	r.Close()

	got, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	want := `up
> first
one
+ 2.001s
tick
unfinished
> second
two
+ 1s
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}
