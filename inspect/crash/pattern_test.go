package crash

import "testing"

func TestPatternsLeaveOutWhatDiffers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"chat.lua:12: no user 17", "chat.lua:#: no user #"},
		{"no room 'lobby' at table: 0x1f00", "no room '' at table: #"},
		{`no "b\n" here`, `no "" here`},
		{"can't find 'bob', isn't it", "can't find '', isn't it"},
		{"order a17-c9 lost", "order #-# lost"},
		{"first line\nsecond 2", "first line"},
		{"an open 'quote", "an open 'quote"},
		{"für 3 Gäste\xff", "für # Gäste\xff"},
		{"", ""},
	} {
		if got := patternOf(c.text); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}
