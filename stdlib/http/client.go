package http

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lunarium/runtime/host"
	"lunarium/runtime/netguard"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
)

// This file holds the client.

// call is one request of the client, in plain data.
type call struct {
	method    string
	url       *url.URL
	header    http.Header
	body      string
	timeout   time.Duration
	maxBody   int
	redirects int
	ca        string // see netguard.ClientTLS
}

// get is http.get(url [, options]).
func (l *library) get(t *vm.Thread) int {
	address, o := t.CheckString(1), defaultCall()
	callTable.Read(t, 2, &o)
	return l.prepare(t, &o, address)
}

// fetch is http.request(url) or http.request{url = …, method, headers, body,
// json, timeout, max_body, redirects, ca}: it suspends the task until the answer is
// there, {status, headers, body, url}. What goes wrong on the way is raised.
func (l *library) fetch(t *vm.Thread) int {
	if t.Arg(1).IsString() {
		return l.get(t)
	}
	t.CheckTable(1)
	o := defaultCall()
	requestTable.Read(t, 1, &o)
	return l.prepare(t, &o, o.url)
}

func (l *library) prepare(t *vm.Thread, o *callOptions, address string) int {
	c := &call{
		method: strings.ToUpper(o.method), body: o.body, header: http.Header{},
		timeout: o.timeout, maxBody: o.maxBody, redirects: o.redirects, ca: o.ca,
	}
	switch {
	case o.method != "":
	case o.body != "" || !o.json.IsNil():
		c.method = http.MethodPost
	default:
		c.method = http.MethodGet
	}
	if !isToken(c.method) || c.method == http.MethodConnect { // CONNECT asks for a tunnel
		t.Errorf("%s is no method", visible.Quote(c.method))
	}
	readHeaders(t, o.headers, c.header)
	if host := c.header.Get("Host"); host != "" && !isHost(host) {
		t.Errorf("the header Host has no host in it: %s", visible.Quote(host))
	}
	t.Take(longestEscape * len(address))
	u, err := parseAddress(address)
	if err != nil {
		t.Errorf("%s", err)
	}
	c.url = u
	if o.json.IsNil() {
		return l.start(t, c)
	}
	return l.module(t, "json", "encode", []vm.Value{o.json}, func(t *vm.Thread) int {
		c.body = t.CheckString(1)
		if c.header.Get("Content-Type") == "" {
			c.header.Set("Content-Type", "application/json")
		}
		return l.start(t, c)
	})
}

// start sends a call and suspends the task until its answer is there.
func (l *library) start(t *vm.Thread, c *call) int {
	place, what := t.Where(1), c.method+" "+c.url.Redacted()
	var loan *vm.Loan
	return host.Ask(t, host.Question[*got]{
		What: what, Function: "http.request", Argument: c.asked, Write: c.recorded, Read: c.replayed,
		Start: func(t *vm.Thread) func(func(*got, error)) func() {
			transport, err := l.outgoing(c.ca)
			if err != nil {
				t.Errorf("%s", err)
			}
			return func(finish func(*got, error)) func() {
				c.belongTo(host.TraceOf(t))
				ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
				loan = l.state.Memory().Loan()
				go func() {
					defer cancel()
					finish(c.do(ctx, transport, loan))
				}()
				return cancel
			}
		},
		Then: func(t *vm.Thread, got *got, err error) int {
			if loan != nil {
				loan.End()
			}
			if err != nil {
				return t.Raise(vm.String(fmt.Sprintf("%s%s: %s", place, what, worded.Text(err))))
			}
			t.Take(len(got.body))
			return t.Return(vm.TableValue(l.replyTable(got)))
		},
	})
}

// belongTo has the request say to which trace it belongs, unless the program says so.
func (c *call) belongTo(trace host.TraceContext) {
	if trace.Parent == "" || c.header.Get(host.TraceparentHeader) != "" {
		return
	}
	c.header.Set(host.TraceparentHeader, trace.Parent)
	if trace.State != "" {
		c.header.Set(host.TracestateHeader, trace.State)
	}
}

// outgoing gives the connections of this state's client to servers whose
// certificates some authorities have signed.
func (l *library) outgoing(ca string) (*http.Transport, error) {
	if transport := l.transports[ca]; transport != nil {
		return transport, nil
	}
	trust, err := netguard.ClientTLS(ca)
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = trust
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 16, 4
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		return host.Dial(l.state, "http client", func() (net.Conn, error) { return dial(ctx, network, address) })
	}
	if l.transports == nil {
		l.transports = map[string]*http.Transport{}
	}
	l.transports[ca] = transport
	if gone := host.Gone(l.state); gone != nil {
		go func() {
			<-gone
			transport.CloseIdleConnections()
		}()
	}
	return transport, nil
}

// got is an answer in plain data.
type got struct {
	status int
	header http.Header
	body   []byte
	url    *url.URL
}

// do sends the call and reads the answer, outside the service's thread.
func (c *call) do(ctx context.Context, transport *http.Transport, loan *vm.Loan) (*got, error) {
	request, err := http.NewRequestWithContext(ctx, c.method, c.url.String(), strings.NewReader(c.body))
	if err != nil {
		return nil, err
	}
	request.Header = c.header
	if host := c.header.Get("Host"); host != "" {
		request.Host = host
	}
	if c.header.Get("User-Agent") == "" {
		c.header.Set("User-Agent", "lunarium")
	}
	client := &http.Client{Transport: transport, CheckRedirect: c.redirected}
	response, err := client.Do(request)
	if err != nil {
		return nil, c.reason(err)
	}
	defer response.Body.Close()
	body := &lent{loan: loan}
	n, err := io.Copy(body, io.LimitReader(response.Body, int64(c.maxBody)+1))
	switch {
	case errors.Is(err, vm.ErrMemory):
		return nil, err
	case err != nil:
		return nil, c.reason(fmt.Errorf("the answer broke off: %w", err))
	case n > int64(c.maxBody):
		return nil, fmt.Errorf("the answer has more than %d bytes (max_body)", c.maxBody)
	}
	return &got{response.StatusCode, response.Header, body.buffer.Bytes(), response.Request.URL}, nil
}

// lent is a body in memory that a loan counts.
type lent struct {
	buffer bytes.Buffer // not embedded: its ReadFrom would go round Write
	loan   *vm.Loan
}

// Write adds b, or fails when there is no room for it.
func (l *lent) Write(b []byte) (int, error) {
	if err := l.loan.Add(len(b)); err != nil {
		return 0, err
	}
	return l.buffer.Write(b)
}

// redirected follows at most as many redirects as the call allows; with none
// allowed the redirect itself is the answer.
func (c *call) redirected(next *http.Request, via []*http.Request) error {
	next.URL.RawQuery = escapeQuery(next.URL.RawQuery)
	if c.redirects == 0 {
		return http.ErrUseLastResponse
	}
	if len(via) > c.redirects {
		return fmt.Errorf("more than %d redirects", c.redirects)
	}
	return nil
}

// reason gives what a client's error says without method and URL.
func (c *call) reason(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("no answer within %s", c.timeout)
	}
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// replyTable makes the table of an answer; own thread.
func (l *library) replyTable(g *got) *vm.Table {
	table := l.state.NewTable(0, 4)
	table.SetString("status", vm.Int(g.status))
	table.SetString("headers", vm.TableValue(l.headerTable(g.header)))
	table.SetString("body", vm.Bytes(g.body))
	table.SetString("url", vm.String(g.url.String()))
	l.state.SetMetatable(table, l.reply)
	return table
}
