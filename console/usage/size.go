package usage

import (
	"fmt"
	"strconv"
	"strings"

	"lunarium/runtime/visible"
)

// This file reads sizes, as flags take them.

// sizeUnits are what a size may end with; the longer ones come first.
var sizeUnits = []struct {
	name  string
	shift int
}{{"kb", 10}, {"mb", 20}, {"gb", 30}, {"k", 10}, {"m", 20}, {"g", 30}, {"b", 0}, {"", 0}}

// ParseSize reads a size in bytes, like 64MB, 1.5GB or 100000.
func ParseSize(s string) (int, error) {
	for _, unit := range sizeUnits {
		digits, ok := strings.CutSuffix(strings.ToLower(s), unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(digits, 64)
		if bytes := n * float64(int(1)<<unit.shift); err == nil && bytes >= 1 && bytes <= 1<<50 {
			return int(bytes), nil
		}
		break
	}
	return 0, fmt.Errorf("%s is no size; write it like 64MB", visible.Quote(s))
}
