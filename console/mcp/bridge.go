package mcp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

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

// ErrNoNode: nothing answers that serves tools.
var ErrNoNode = errors.New("no node serves its page there, or it lets nobody in with this")

// signed adds who asks to the requests.
type signed struct {
	bridge *Bridge
	next   http.RoundTripper
}

// RoundTrip sends a request.
func (s *signed) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.bridge.User != "" || s.bridge.Password != "" {
		r = r.Clone(r.Context())
		r.SetBasicAuth(s.bridge.User, s.bridge.Password)
	}
	return s.next.RoundTrip(r)
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

// Run serves the node's tools to who writes to in and reads from out, until in ends or ctx does.
func (b *Bridge) Run(ctx context.Context, in io.ReadCloser, out io.Writer) error {
	info := &sdk.Implementation{Name: "lunarium", Version: b.Version}
	client := http.Client{Transport: &signed{b, &http.Transport{TLSClientConfig: b.TLS}}}
	node, err := sdk.NewClient(info, nil).Connect(ctx, &sdk.StreamableClientTransport{
		Endpoint: b.endpoint(), HTTPClient: &client, DisableStandaloneSSE: true,
	}, nil)
	if err != nil {
		return fmt.Errorf("%s: %w (%w)", b.Address, ErrNoNode, err)
	}
	defer node.Close()
	server := sdk.NewServer(info, &sdk.ServerOptions{Instructions: instructions})
	for t, err := range node.Tools(ctx, nil) {
		if err != nil {
			return fmt.Errorf("the tools of %s: %w", b.Address, err)
		}
		server.AddTool(t, func(ctx context.Context, r *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
			result, err := node.CallTool(ctx, &sdk.CallToolParams{Name: r.Params.Name, Arguments: r.Params.Arguments})
			if err != nil {
				return failure(fmt.Errorf("the node does not answer: %w", err)), nil
			}
			return result, nil
		})
	}
	err = server.Run(ctx, &sdk.IOTransport{Reader: in, Writer: leftOpen{out}})
	if errors.Is(err, io.EOF) || ctx.Err() != nil {
		return nil
	}
	return err
}

// leftOpen is a writer that is not closed with the connection.
type leftOpen struct{ io.Writer }

// Close leaves it open.
func (leftOpen) Close() error { return nil }
