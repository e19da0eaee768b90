package mcp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// This file connects a program that speaks the protocol on its standard input and output to a node.

// Bridge says which node, and as whom.
type Bridge struct {
	Address        string      // of the node's page: HOST:PORT
	TLS            *tls.Config // nil: the page speaks plain HTTP
	User, Password string      // "": none is asked for
	AllowChanges   bool
	Version        string
}

// Why a node cannot be reached.
var (
	ErrNoNode      = errors.New("no node serves its page there")
	ErrNoPage      = errors.New("what answers there is not the page of a node that serves assistants")
	ErrNotLetIn    = errors.New("the node lets nobody in with this; --user NAME and --password-file FILE say who asks")
	ErrSpeaksTLS   = errors.New("the page there speaks TLS; --tls does so, too, and --ca FILE says which certificates count")
	ErrSpeaksPlain = errors.New("the page there does not speak TLS; leave --tls out")
)

// signed adds who asks to the requests, and keeps why the last one came to nothing.
type signed struct {
	bridge *Bridge
	next   http.RoundTripper

	mu  sync.Mutex
	why error
}

// RoundTrip sends a request.
func (s *signed) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.bridge.User != "" || s.bridge.Password != "" {
		r = r.Clone(r.Context())
		r.SetBasicAuth(s.bridge.User, s.bridge.Password)
	}
	response, err := s.next.RoundTrip(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.why = whyNot(response, err)
	return response, err
}

// failed gives why the last request came to nothing, or else what was found later.
func (s *signed) failed(later error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.why != nil {
		return s.why
	}
	return later
}

// whyNot tells why a request came to nothing; nil: it was answered.
func whyNot(response *http.Response, err error) error {
	var dial *net.OpError
	var plain tls.RecordHeaderError
	switch {
	case errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &plain):
		return ErrSpeaksPlain
	case errors.As(err, &dial) && dial.Op == "dial":
		return fmt.Errorf("%w: %w", ErrNoNode, err)
	case err != nil:
		return err
	}
	switch response.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		return ErrNotLetIn
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusUnprocessableEntity: // the last is a console's
		return ErrNoPage
	case http.StatusBadRequest:
		if response.ProtoAtLeast(1, 1) {
			return ErrNoPage
		}
		return ErrSpeaksTLS // net/http answers so to who does not
	}
	return nil
}

func (b *Bridge) endpoint() string {
	scheme := "http"
	if b.TLS != nil {
		scheme = "https"
	}
	u := url.URL{Scheme: scheme, Host: b.Address, Path: "/mcp"}
	if b.AllowChanges {
		u.RawQuery = AllowChanges
	}
	return u.String()
}

// Run serves the node's tools to who writes to in and reads from out, until in ends and all is
// answered, or ctx ends.
func (b *Bridge) Run(ctx context.Context, in io.ReadCloser, out io.Writer) error {
	info := &sdk.Implementation{Name: "lunarium", Version: b.Version}
	requests := &signed{bridge: b, next: &http.Transport{TLSClientConfig: b.TLS}}
	node, err := sdk.NewClient(info, nil).Connect(ctx, &sdk.StreamableClientTransport{
		Endpoint: b.endpoint(), HTTPClient: &http.Client{Transport: requests}, DisableStandaloneSSE: true,
	}, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", b.Address, requests.failed(err))
	}
	defer node.Close()
	forward := func(ctx context.Context, r *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
		result, err := node.CallTool(ctx, &sdk.CallToolParams{Name: r.Params.Name, Arguments: r.Params.Arguments})
		var told *jsonrpc.Error
		if errors.As(err, &told) {
			return nil, told
		}
		if err != nil {
			return failure(fmt.Errorf("the node does not answer: %w", requests.failed(err))), nil
		}
		return result, nil
	}
	server := sdk.NewServer(info, &sdk.ServerOptions{Instructions: instructions})
	for t, err := range node.Tools(ctx, nil) {
		if err != nil {
			return fmt.Errorf("the tools of %s: %w", b.Address, requests.failed(err))
		}
		server.AddTool(t, forward)
	}
	answerCalls(server, func(string) sdk.ToolHandler { return forward }) // also what is not listed: the node says why
	replies := &shared{out: out}
	err = server.Run(ctx, &answered{Transport: &sdk.IOTransport{Reader: newMessages(in, replies), Writer: replies}})
	if err == nil || errors.Is(err, io.EOF) || ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("what came is no message of the protocol: %w", err)
}
