package bytecode

import (
	"os"
	"strings"
	"testing"
)

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestChunkID(t *testing.T) {
	digits := strings.Repeat("0123456789", 10)
	for _, tc := range [][2]string{
		{"@file.lua", "file.lua"},
		{"=stdin", "stdin"},
		{"=?", "?"},
		{"", `[string ""]`},
		{"x = 1", `[string "x = 1"]`},
		{"x = 1\ny = 2", `[string "x = 1..."]`},
		{"\nx", `[string "..."]`},
		{"x\x00y", `[string "x"]`},
		{"=" + digits, digits[:59]},
		{"@" + digits[:59], digits[:59]},
		{"@" + digits[:60], "..." + digits[4:60]},
		{digits[:44], `[string "` + digits[:44] + `"]`},
		{digits[:45], `[string "` + digits[:45] + `..."]`},
		{digits, `[string "` + digits[:45] + `..."]`},
	} {
		if got := ChunkID(tc[0]); got != tc[1] {
			t.Errorf("ChunkID(%q) = %q, want %q", tc[0], got, tc[1])
		}
	}
}
