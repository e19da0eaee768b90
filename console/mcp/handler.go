package mcp

import (
	"context"
	"net/http"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"lunarium/console"
	"lunarium/console/access"
)

// This file answers requests.

// AllowChanges is the parameter of a request's URL that allows what the role of its user allows.
const AllowChanges = "allow-changes"

// allowing tells an assistant's user how it may do more than look.
func allowing(access.Role) string {
	return "lunarium mcp --allow-changes, or /mcp?" + AllowChanges + ", lets an assistant do what its user may"
}

// Handler serves the tools of a node. Its methods may be called from any goroutine.
type Handler struct {
	commands      *console.Table
	version       string
	conversations conversations
	http          http.Handler
}

// serverOf is the key of a request's server in its context.
type serverOf struct{}

// NewHandler gives the handler of a node. open opens a session on it, with what is the node's added
// to the options.
func NewHandler(commands *console.Table, version string, open func(console.Options) *console.Session) *Handler {
	h := &Handler{commands: commands, version: version, conversations: conversations{open: open}}
	h.http = sdk.NewStreamableHTTPHandler(func(r *http.Request) *sdk.Server {
		server, _ := r.Context().Value(serverOf{}).(*sdk.Server)
		return server
	}, &sdk.StreamableHTTPOptions{Stateless: true, JSONResponse: true, DisableLocalhostProtection: true}) // whoever lets requests in has looked at the host
	return h
}

// Serve answers a request of somebody who was let in.
func (h *Handler) Serve(w http.ResponseWriter, r *http.Request, who *access.Principal) {
	if !r.URL.Query().Has(AllowChanges) {
		who = who.Limited(access.Observer, allowing)
	}
	server := h.server(r.Context(), who, r.RemoteAddr)
	h.http.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), serverOf{}, server)))
}

// Close ends what goes on, once the connections are closed.
func (h *Handler) Close() { h.conversations.close() }

// server gives the tools for a request; what they run ends with it, at the latest.
func (h *Handler) server(request context.Context, who *access.Principal, from string) *sdk.Server {
	server := sdk.NewServer(&sdk.Implementation{Name: "lunarium", Version: h.version}, &sdk.ServerOptions{Instructions: instructions})
	addTools(server, h.commands, who.Role(), func(ctx context.Context, line string, json bool) (string, bool, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(request, cancel)()
		c, err := h.conversations.of(ctx, who, from)
		if err != nil {
			return "", false, err
		}
		defer c.done()
		text, failed := c.run(ctx, line, json)
		if c.session.Closed() { // who has no rights any more
			h.conversations.forget(c)
		}
		return text, failed, nil
	})
	return server
}
