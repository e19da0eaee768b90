package number

import (
	"bytes"
	"fmt"
	"math"
	"math/rand"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// call is a call of a function in Lua, and its result here.
type call struct {
	text string
	got  float64
}

// hex writes a number so that it is read exactly.
func hex(f float64) string {
	return strconv.FormatFloat(f, 'x', -1, 64)
}

func calls(random *rand.Rand) []call {
	x := math.Exp((random.Float64() - .5) * 1400)
	y := (random.Float64() - .5) * 1400
	near := 1 + (random.Float64()-.5)/4
	base, power := random.Float64()*math.Exp(random.Float64()*14-7), (random.Float64()-.5)*40
	whole, quarters := float64(random.Intn(10000)), float64(random.Intn(80)-40)/4
	return []call{
		{"math.exp(" + hex(y) + ")", Exp(y)},
		{"math.exp(" + hex(near) + ")", Exp(near)},
		{"math.log(" + hex(x) + ")", Log(x)},
		{"math.log(" + hex(near) + ")", Log(near)},
		{"math.log10(" + hex(x) + ")", Log10(x)},
		{"math.pow(" + hex(base) + ", " + hex(power) + ")", Power(base, power)},
		{"math.pow(" + hex(whole) + ", " + hex(quarters) + ")", Power(whole, quarters)},
		{"math.pow(" + hex(near) + ", " + hex(y*100) + ")", Power(near, y*100)},
	}
}

// TestFunctionsAsReference: C's functions are a little off, too, so that one
// result in a hundred may differ, by the last bit.
func TestFunctionsAsReference(t *testing.T) {
	lua, err := exec.LookPath("lua5.2")
	if err != nil {
		t.Skip("lua5.2 is not installed")
	}
	random := rand.New(rand.NewSource(1))
	var asked []call
	var script bytes.Buffer
	for range 1000 {
		asked = append(asked, calls(random)...)
	}
	for _, c := range asked {
		fmt.Fprintf(&script, "print(string.format('%%a', %s))\n", c.text)
	}
	command := exec.Command(lua, "-")
	command.Stdin = &script
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	different := 0
	for i, line := range strings.Fields(string(out)) {
		want, err := strconv.ParseFloat(line, 64)
		if line != "inf" && err != nil {
			t.Fatal(err)
		}
		c := asked[i]
		if c.got == want {
			continue
		}
		different++
		if math.Nextafter(c.got, want) != want {
			t.Errorf("%s is %s, want %s", c.text, hex(c.got), line)
		}
	}
	if different > len(asked)/100 {
		t.Errorf("%d results of %d differ", different, len(asked))
	}
}

// TestPowerSpecial holds what needs no reference.
func TestPowerSpecial(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct{ x, y, want float64 }{
		{0, 0, 1}, {nan, 0, 1}, {1, nan, 1}, {-1, inf, 1}, {0, -1, inf}, {math.Copysign(0, -1), -3, -inf}, {-8, 3, -512}, {-8, -3, -1.0 / 512},
		{-2, 1025, -inf}, {-2, 1026, inf}, {0.5, 1e5, 0}, {2, -1074, 5e-324}, {2, 1023.5, 0x1.6a09e667f3bcdp1023}, {-inf, 3, -inf}, {-inf, .5, inf},
		{9, .5, 3}, {1e-320, .25, math.Sqrt(math.Sqrt(1e-320))}, {3, 41, 36472996377170786403}, {1 + 0x1p-52, 0x1p52, 0x1.5bf0a8b145769p1},
	} {
		if got := Power(c.x, c.y); got != c.want || math.Signbit(got) != math.Signbit(c.want) {
			t.Errorf("Power(%v, %v) = %v (%s), want %v", c.x, c.y, got, hex(got), c.want)
		}
	}
	if got := Power(-8, .3); got == got || !math.Signbit(got) {
		t.Errorf("Power(-8, .3) = %v, want -nan", got)
	}
}
