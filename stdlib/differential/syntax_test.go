package differential

import (
	"math/rand"
	"testing"

	"lunarium/runtime/compile"
)

// TestGeneratorWritesPrograms: most of what it writes can be run.
func TestGeneratorWritesPrograms(t *testing.T) {
	refused := 0
	for i := range 200 {
		text := program(rand.New(rand.NewSource(int64(i))))
		if _, err := compile.Source("=p", []byte(text)); err != nil {
			refused++
			t.Log(err)
		}
	}
	if refused > 20 {
		t.Errorf("%d of 200 are no programs", refused)
	}
}
