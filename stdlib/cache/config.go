package cache

import (
	"math"
	"strings"
	"time"

	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds what connect may be given.

// config is what connect is given.
type config struct {
	name     string
	url      string
	ca       string // file of the authorities that the server's certificate is checked by; "": the system's
	timeout  time.Duration
	maxValue int
	entries  int // 0: not given
	bytes    int // 0: not given
}

const (
	defaultName     = "default"
	defaultTimeout  = 2 * time.Second
	defaultMaxValue = 16 << 20
	defaultEntries  = 100_000
	defaultBytes    = 64 << 20
)

// options are what connect's table may say.
var options = kit.Options[config]{
	kit.Text("name", "a name", func(c *config) *string { return &c.name }),
	kit.AnyText("url", func(c *config) *string { return &c.url }),
	kit.Text("ca", "a file's name", func(c *config) *string { return &c.ca }),
	kit.Seconds("timeout", func(c *config) *time.Duration { return &c.timeout }),
	kit.Integer("max_value", 1, kit.Exact, func(c *config) *int { return &c.maxValue }),
	kit.Integer("max_entries", 1, kit.Exact, func(c *config) *int { return &c.entries }),
	kit.Integer("max_bytes", 1, kit.Exact, func(c *config) *int { return &c.bytes }),
}

// longest bounds times to live, about a hundred years.
const longest = 100 * 365 * 24 * time.Hour

// duration gives seconds as a time, rounded up to Redis' milliseconds; false
// when it is none or too long.
func duration(seconds float64) (time.Duration, bool) {
	if !(math.Abs(seconds) <= longest.Seconds()) {
		return 0, false
	}
	return time.Duration(math.Ceil(seconds*1000)) * time.Millisecond, true
}

// readConfig reads argument i, a table or nothing.
func readConfig(t *vm.Thread, i int) config {
	c := config{timeout: defaultTimeout, maxValue: defaultMaxValue}
	options.Read(t, i, &c)
	if c.url != "" && (c.entries != 0 || c.bytes != 0) {
		t.ArgError(i, "max_entries and max_bytes are for a cache in memory; a Redis server has its own limits")
	}
	if c.ca != "" && !strings.HasPrefix(c.url, "rediss://") {
		t.ArgError(i, "ca is for a url that begins with rediss://")
	}
	return c
}
