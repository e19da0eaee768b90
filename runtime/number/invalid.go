package number

import "math"

// This file holds what the hardware and C make of operations that give no number.

// Invalid gives result, as the hardware and C have it if it is no number: the
// first argument that is none, or the one of an invalid operation, whose sign
// is set.
func Invalid(result float64, args ...float64) float64 {
	if result == result {
		return result
	}
	for _, a := range args {
		if a != a {
			return a
		}
	}
	return math.Copysign(result, -1)
}
