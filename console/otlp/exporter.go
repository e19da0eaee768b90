package otlp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	resource "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/proto"

	"lunarium/runtime/service"
	"lunarium/runtime/worded"
)

// This file collects spans and sends them.

// Config says where spans go.
type Config struct {
	Node    *service.Node
	Address string // a URL, or HOST:PORT for http://HOST:PORT/v1/traces
	Version string // the program's
	Logger  *slog.Logger
}

const (
	// mostWaiting is how many spans wait to be sent; more are dropped.
	mostWaiting = 8192
	// mostSent is how many go in one request, and sendEvery how long the first waits.
	mostSent  = 512
	sendEvery = time.Second
	// sendLimit bounds a request, and closeLimit those at the end.
	sendLimit  = 10 * time.Second
	closeLimit = 2 * time.Second
)

// Exporter sends the spans that end.
type Exporter struct {
	config  Config
	url     string
	headers []pair
	client  *http.Client
	of      *resource.Resource
	spans   chan service.Span
	dropped atomic.Int64
	stop    func()
	closing chan struct{}
	done    chan struct{}
	failing bool // the last request failed: it was said
}

// Open begins to send the spans of a node's traces that end from now on. What the node is
// called, and further headers, come from OpenTelemetry's variables.
func Open(c Config) (*Exporter, error) {
	address, err := endpoint(c.Address)
	if err != nil {
		return nil, err
	}
	headers, err := headersOf(os.Getenv)
	if err != nil {
		return nil, err
	}
	of, err := resourceOf(os.Getenv, c.Version)
	if err != nil {
		return nil, err
	}
	e := &Exporter{
		config: c, url: address, headers: headers, client: &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}, of: of,
		spans: make(chan service.Span, mostWaiting), closing: make(chan struct{}), done: make(chan struct{}),
	}
	e.stop = c.Node.Tracer().Watch(e.take)
	go e.send()
	return e, nil
}

// endpoint gives the URL that spans go to.
func endpoint(address string) (string, error) {
	if _, _, err := net.SplitHostPort(address); err == nil && !strings.Contains(address, "/") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", errors.New("spans go to a URL such as http://127.0.0.1:4318, or HOST:PORT")
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = "/v1/traces"
	}
	return u.String(), nil
}

// take takes a span that has ended; the service does not wait.
func (e *Exporter) take(s service.Span) {
	select {
	case e.spans <- s:
	default:
		e.dropped.Add(1)
	}
}

// send sends what was taken until Close.
func (e *Exporter) send() {
	defer close(e.done)
	for {
		select {
		case s := <-e.spans:
			e.sendWith(s)
		case <-e.closing:
			e.sendRest()
			return
		}
	}
}

// sendWith sends a span, and those that end soon after.
func (e *Exporter) sendWith(first service.Span) {
	list := []service.Span{first}
	soon := time.NewTimer(sendEvery)
	defer soon.Stop()
	for len(list) < mostSent {
		select {
		case s := <-e.spans:
			list = append(list, s)
			continue
		case <-soon.C:
		case <-e.closing:
		}
		break
	}
	ctx, cancel := context.WithTimeout(context.Background(), sendLimit)
	defer cancel()
	go func() { // a node that ends does not wait so long
		select {
		case <-e.closing:
			time.AfterFunc(closeLimit, cancel)
		case <-ctx.Done():
		}
	}()
	e.export(ctx, list)
}

// sendRest sends what waits when the node ends.
func (e *Exporter) sendRest() {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	for ctx.Err() == nil && len(e.spans) > 0 {
		var list []service.Span
		for len(list) < mostSent && len(e.spans) > 0 {
			list = append(list, <-e.spans)
		}
		e.export(ctx, list)
	}
}

// export sends spans, and says when that begins to fail and when it works again.
func (e *Exporter) export(ctx context.Context, list []service.Span) {
	err := e.post(ctx, list)
	switch {
	case err != nil && !e.failing:
		e.config.Logger.Warn("spans can't be sent, and are dropped meanwhile", "to", e.url, "error", worded.Text(err))
	case err == nil && e.failing:
		e.config.Logger.Warn("spans are sent again", "to", e.url)
	}
	e.failing = err != nil
	if err != nil {
		e.dropped.Add(int64(len(list)))
	}
}

// mostAnswer is how much of a collector's answer is read.
const mostAnswer = 64 << 10

// post sends spans in one request (OTLP/HTTP, binary).
func (e *Exporter) post(ctx context.Context, list []service.Span) error {
	body, err := proto.Marshal(spansOf(list, e.config.Node.Clock().Start(), e.of, e.config.Version))
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	for _, h := range e.headers {
		request.Header.Set(h.key, h.value)
	}
	request.Header.Set("Content-Type", "application/x-protobuf")
	request.Header.Set("User-Agent", "lunarium/"+e.config.Version)
	answer, err := e.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(answer.Body, mostAnswer))
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("the collector answers %s", answer.Status)
	}
	return err
}

// Dropped tells how many spans were not sent.
func (e *Exporter) Dropped() int64 { return e.dropped.Load() }

// Close sends what waits, within moments, and ends.
func (e *Exporter) Close() error {
	e.stop()
	close(e.closing)
	<-e.done
	e.client.CloseIdleConnections()
	if n := e.Dropped(); n > 0 {
		return fmt.Errorf("spans that were not sent to %s: %d", e.url, n)
	}
	return nil
}
