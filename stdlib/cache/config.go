package cache

import (
	"fmt"
	"math"
	"strings"
	"time"

	"lunarium/runtime/vm"
)

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

// fields are the config's keys: what each takes and where it goes.
var fields = map[string]struct {
	takes string
	set   func(c *config, v vm.Value) bool
}{
	"name": {"a string", func(c *config, v vm.Value) (ok bool) { c.name, ok = v.AsString(); return ok && c.name != "" }},
	"url":  {"a string", func(c *config, v vm.Value) (ok bool) { c.url, ok = v.AsString(); return ok }},
	"ca":   {"a file's name", func(c *config, v vm.Value) (ok bool) { c.ca, ok = v.AsString(); return ok && c.ca != "" }},
	"timeout": {"seconds, more than 0", func(c *config, v vm.Value) (ok bool) {
		f, _ := v.AsNumber()
		c.timeout, ok = duration(f)
		return ok && f > 0
	}},
	"max_value":   {"bytes, at least 1", func(c *config, v vm.Value) bool { return count(v, &c.maxValue) }},
	"max_entries": {"a number, at least 1", func(c *config, v vm.Value) bool { return count(v, &c.entries) }},
	"max_bytes":   {"bytes, at least 1", func(c *config, v vm.Value) bool { return count(v, &c.bytes) }},
}

func count(v vm.Value, n *int) bool {
	f, ok := v.AsNumber()
	if !ok || f < 1 || f > 1<<53 || f != math.Trunc(f) {
		return false
	}
	*n = int(f)
	return true
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
	if t.Arg(i).IsNil() {
		return c
	}
	t.CheckTable(i).Entries(func(k, v vm.Value) bool {
		name, _ := k.AsString()
		field, known := fields[name]
		if !known {
			t.ArgError(i, fmt.Sprintf("unknown field '%s'", vm.ErrorText(k)))
		}
		if !field.set(&c, v) {
			t.ArgError(i, fmt.Sprintf("'%s' must be %s", name, field.takes))
		}
		return true
	})
	if c.url != "" && (c.entries != 0 || c.bytes != 0) {
		t.ArgError(i, "max_entries and max_bytes are for a cache in memory; a Redis server has its own limits")
	}
	if c.ca != "" && !strings.HasPrefix(c.url, "rediss://") {
		t.ArgError(i, "ca is for a url that begins with rediss://")
	}
	return c
}
