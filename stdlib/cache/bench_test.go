package cache_test

import (
	"fmt"
	"testing"
)

// BenchmarkMemory keeps and gets a small table b.N times.
func BenchmarkMemory(b *testing.B) {
	w := newWorld(b, true)
	b.ReportAllocs()
	b.ResetTimer()
	w.launch("bench", "nil", fmt.Sprintf(`
		local value = {id = 7, name = "player 7", pos = {x = 1.5, y = 2.5}, tags = {"a", "b"}}
		for i = 1, %d do
			local key = "player:" .. i %% 1000
			c:set(key, value, 60)
			c:get(key)
		end`, b.N))
}
