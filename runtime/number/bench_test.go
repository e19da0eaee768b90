package number

import (
	"math"
	"testing"
)

func BenchmarkFunctions(b *testing.B) {
	for name, f := range map[string]func(float64) float64{
		"exp":       Exp,
		"exp, Go":   math.Exp,
		"log":       Log,
		"log, Go":   math.Log,
		"power":     func(x float64) float64 { return Power(x, 2.7) },
		"power, Go": func(x float64) float64 { return math.Pow(x, 2.7) },
	} {
		b.Run(name, func(b *testing.B) {
			x, sum := 1.5, 0.0
			for range b.N {
				sum += f(x)
				x += 1e-6
			}
			_ = sum
		})
	}
}
