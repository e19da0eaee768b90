package render

import "strings"

// This file draws how a number went, on one line.

var bars = []rune("▁▂▃▄▅▆▇█")

// Sparkline draws numbers as bars, the largest of them the highest; nothing but zeros lies
// flat. Negative numbers count as zero.
func Sparkline(values []float64) string {
	most := 0.0
	for _, v := range values {
		most = max(most, v)
	}
	var b strings.Builder
	for _, v := range values {
		bar := 0
		if v > 0 {
			bar = max(1, int(v/most*float64(len(bars)-1)+0.5))
		}
		b.WriteRune(bars[bar])
	}
	return b.String()
}
