package differential

import (
	"fmt"
	"math/rand"
	"strings"
)

var numeralPieces = strings.Split("0 1 9 12 345 . e E p P x X 0x 0X + - _ a f F 7fffffff 1e308 1e-320 000 99999999999999999999 inf nan", " ")

// readings writes a program that reads texts as numbers and shows them.
func readings(random *rand.Rand) string {
	var b strings.Builder
	for range 20 {
		var n strings.Builder
		for range 1 + random.Intn(5) {
			n.WriteString(numeralPieces[random.Intn(len(numeralPieces))])
		}
		text := []string{"", " ", "\\t", "\\0"}[random.Intn(4)*random.Intn(2)] + n.String() + []string{"", " ", "\\n", "x", "\\0"}[random.Intn(5)*random.Intn(2)]
		fmt.Fprintf(&b, "print(tonumber(\"%s\"), tonumber(\"%s\", %d), string.format('%%.17g', tonumber(\"%s\") or 0), pcall(function() return \"%s\" + 0 end))\n",
			text, text, 2+random.Intn(35), text, text)
		fmt.Fprintf(&b, "print((load(\"return %s\")))\n", n.String())
	}
	return strings.ReplaceAll(b.String(), "print((load(", "print(select(2, load(")
}
