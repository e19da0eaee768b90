package http

import (
	"math"
	"time"

	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds what servers and requests may be given as options.

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

// serverOptions are what the third argument of http.serve may say.
type serverOptions struct {
	limits
	public, crossSite bool
	hosts, origins    []string
	tls               *vm.Table
}

var serverTable = kit.Options[serverOptions]{
	kit.Bounded("max_body", 1, math.MaxInt32, func(o *serverOptions) *int { return &o.maxBody }),
	kit.Bounded("max_headers", 1, math.MaxInt32, func(o *serverOptions) *int { return &o.maxHeaders }),
	kit.Bounded("max_requests", 1, math.MaxInt32, func(o *serverOptions) *int { return &o.maxRequests }),
	kit.Bounded("max_streams", 1, math.MaxInt32, func(o *serverOptions) *int { return &o.maxStreams }),
	kit.Seconds("header_timeout", func(o *serverOptions) *time.Duration { return &o.headerTime }),
	kit.Seconds("read_timeout", func(o *serverOptions) *time.Duration { return &o.readTime }),
	kit.Seconds("write_timeout", func(o *serverOptions) *time.Duration { return &o.writeTime }),
	kit.Seconds("idle_timeout", func(o *serverOptions) *time.Duration { return &o.idleTime }),
	kit.Seconds("timeout", func(o *serverOptions) *time.Duration { return &o.timeout }),
	kit.Seconds("heartbeat", func(o *serverOptions) *time.Duration { return &o.heartbeat }),
	kit.Flag("public", func(o *serverOptions) *bool { return &o.public }),
	kit.Flag("cross_site", func(o *serverOptions) *bool { return &o.crossSite }),
	kit.Texts("hosts", func(o *serverOptions) *[]string { return &o.hosts }),
	kit.Texts("origins", func(o *serverOptions) *[]string { return &o.origins }),
	kit.Table("tls", "{cert = FILE, key = FILE}", func(o *serverOptions) **vm.Table { return &o.tls }),
}

// certificate is what the option tls says.
type certificate struct{ cert, key string }

var certificateTable = kit.Options[certificate]{
	kit.Text("cert", "a file's name", func(c *certificate) *string { return &c.cert }),
	kit.Text("key", "a file's name", func(c *certificate) *string { return &c.key }),
}

// callOptions are what http.get's second argument, or http.request's, may say.
type callOptions struct {
	json, headers vm.Value
	url           string
	method        string
	body          string
	timeout       time.Duration
	maxBody       int
	redirects     int
	ca            string // see netguard.ClientTLS
}

func defaultCall() callOptions {
	return callOptions{json: vm.Nil, headers: vm.Nil, timeout: clientTimeout, maxBody: clientMaxBody, redirects: clientRedirects}
}

var callTable = kit.Options[callOptions]{
	kit.Value("json", func(o *callOptions) *vm.Value { return &o.json }),
	kit.Value("headers", func(o *callOptions) *vm.Value { return &o.headers }),
	kit.Text("method", "a method's name", func(o *callOptions) *string { return &o.method }),
	{Name: "body", Takes: "a string", Set: func(o *callOptions, v vm.Value) (ok bool) { o.body, ok = vm.ToString(v); return ok }},
	kit.Seconds("timeout", func(o *callOptions) *time.Duration { return &o.timeout }),
	kit.Bounded("max_body", 1, math.MaxInt32, func(o *callOptions) *int { return &o.maxBody }),
	kit.Bounded("redirects", 0, mostRedirects, func(o *callOptions) *int { return &o.redirects }),
	kit.AnyText("ca", func(o *callOptions) *string { return &o.ca }),
}

// requestTable is http.request's, which has the address, too.
var requestTable = append(kit.Options[callOptions]{
	kit.AnyText("url", func(o *callOptions) *string { return &o.url }),
}, callTable...)

const (
	clientTimeout   = 30 * time.Second
	clientMaxBody   = 10 << 20
	clientRedirects = 10
	mostRedirects   = 100
)
