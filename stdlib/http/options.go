package http

import (
	"math"
	"time"

	"lunarium/runtime/vm"
)

// limits are what a server allows; each is an option of the same name in Lua,
// where times are seconds and sizes bytes.
type limits struct {
	maxBody     int // of a request
	maxHeaders  int
	maxRequests int // being handled at once
	maxStreams  int // open at once
	headerTime  time.Duration
	readTime    time.Duration // for a request's body
	writeTime   time.Duration // for each piece of an answer
	idleTime    time.Duration
	timeout     time.Duration // for a handler's answer
	heartbeat   time.Duration // between comments on a silent stream
}

func defaultLimits() limits {
	return limits{
		maxBody: 10 << 20, maxHeaders: 64 << 10, maxRequests: 1000, maxStreams: 1000,
		headerTime: 10 * time.Second, readTime: 30 * time.Second, writeTime: 30 * time.Second,
		idleTime: time.Minute, timeout: 30 * time.Second, heartbeat: 15 * time.Second,
	}
}

// options reads a table of options and complains about names that it was not
// asked for.
type options struct {
	t     *vm.Thread
	table *vm.Table // nil: every option is absent
	known map[string]bool
}

// readOptions takes argument i, a table or nothing.
func readOptions(t *vm.Thread, i int) *options {
	o := &options{t: t, known: map[string]bool{}}
	if !t.Arg(i).IsNil() {
		o.table = t.CheckTable(i)
	}
	return o
}

// get gives an option's value; nil when it is absent.
func (o *options) get(name string) vm.Value {
	o.known[name] = true
	if o.table == nil {
		return vm.Nil
	}
	return o.table.GetString(name)
}

func (o *options) wrong(name, want string, v vm.Value) {
	o.t.Errorf("option %s must be %s, not a %s", name, want, v.Type())
}

func (o *options) flag(name string) bool {
	switch v := o.get(name); v.Type() {
	case vm.TypeNil, vm.TypeBoolean:
		return v.Truth()
	default:
		o.wrong(name, "true or false", v)
		return false
	}
}

func (o *options) text(name, absent string) string {
	v := o.get(name)
	if v.IsNil() {
		return absent
	}
	text, ok := vm.ToString(v)
	if !ok {
		o.wrong(name, "a string", v)
	}
	return text
}

// positive reads a number above 0.
func (o *options) positive(name string) (float64, bool) {
	v := o.get(name)
	if v.IsNil() {
		return 0, false
	}
	f, ok := v.AsNumber()
	if !ok {
		o.wrong(name, "a number", v)
	}
	if !(f > 0) {
		o.t.Errorf("option %s must be above 0", name)
	}
	return f, true
}

func (o *options) size(name string, to *int) {
	if f, ok := o.positive(name); ok {
		*to = int(min(max(f, 1), math.MaxInt32))
	}
}

// longest is the longest time that an option gives, about ten years.
const longest = 10 * 365 * 24 * time.Hour

func (o *options) seconds(name string, to *time.Duration) {
	if f, ok := o.positive(name); ok {
		*to = max(time.Duration(min(f, longest.Seconds())*float64(time.Second)), time.Millisecond)
	}
}

// strings reads an array of strings.
func (o *options) strings(name string) []string {
	v := o.get(name)
	if v.IsNil() {
		return nil
	}
	table := v.AsTable()
	if table == nil {
		o.wrong(name, "an array of strings", v)
	}
	var list []string
	for i := 1; i <= table.Len(); i++ {
		text, ok := table.GetInt(i).AsString()
		if !ok {
			o.wrong(name, "an array of strings", table.GetInt(i))
		}
		list = append(list, text)
	}
	return list
}

// finish raises when the table has an option that does not exist.
func (o *options) finish() {
	if o.table == nil {
		return
	}
	o.table.Entries(func(k, _ vm.Value) bool {
		name, ok := vm.ToString(k)
		if !ok || !o.known[name] {
			o.t.Errorf("there is no option %s", name)
		}
		return true
	})
}

func (o *options) limits() limits {
	l := defaultLimits()
	o.size("max_body", &l.maxBody)
	o.size("max_headers", &l.maxHeaders)
	o.size("max_requests", &l.maxRequests)
	o.size("max_streams", &l.maxStreams)
	o.seconds("header_timeout", &l.headerTime)
	o.seconds("read_timeout", &l.readTime)
	o.seconds("write_timeout", &l.writeTime)
	o.seconds("idle_timeout", &l.idleTime)
	o.seconds("timeout", &l.timeout)
	o.seconds("heartbeat", &l.heartbeat)
	return l
}
