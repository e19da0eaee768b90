package console

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/service"
)

// TestPacedRecording records as on a node with the real clock; a virtual one
// stands in, so that the times are known.
func TestPacedRecording(t *testing.T) {
	node := service.NewNode(service.Config{Virtual: true, Open: func(*service.Service) error { return nil }})
	defer node.Stop(0)
	file, err := os.Create(filepath.Join(t.TempDir(), "transcript.txt"))
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{file: file, pace: newPace(node.Clock())}
	pass := func(d time.Duration) {
		if _, err := node.Clock().Advance(context.Background(), d); err != nil {
			t.Fatal(err)
		}
	}
	say := func(text string) { r.Write([]byte(text)) }

	say("up\n")
	r.answered()
	pass(time.Millisecond)
	r.input("first") // so short a pause is not told, but not lost either
	say("one\n")
	r.answered()
	pass(2 * time.Second)
	say("tick\n")
	say("unfini")
	say("shed\n")
	r.input("second")
	pass(time.Second) // while the command runs
	say("two\n")
	r.answered()
	r.close()

	got, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	want := `up
> first
one
> clock advance 2.001s
tick
unfinished
2 s passed; 0 timers fired
> second
two
> clock advance 1s
1 s passed; 0 timers fired
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}
