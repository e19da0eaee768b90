package dap

import (
	"context"
	"errors"

	"github.com/google/go-dap"
)

// This file holds how a kind of request is answered.

// handler answers one kind of request.
type handler struct {
	any    bool // also before initialize
	before bool // also before attach
	// changes: the node is another one afterwards, or a task stands or goes on.
	changes bool
	handle  func(s *session, ctx context.Context, content []byte) (dap.ResponseMessage, error)
}

// on gives the handler of a request whose type is Q.
func on[Q any, A dap.ResponseMessage](f func(*session, context.Context, *Q) (A, error)) handler {
	return handler{handle: func(s *session, ctx context.Context, content []byte) (dap.ResponseMessage, error) {
		m, err := dap.DecodeProtocolMessage(content)
		if err != nil {
			return nil, argumentsError(err)
		}
		q, ok := m.(any).(*Q)
		if !ok {
			return nil, errors.New("the request is none of its command")
		}
		return f(s, ctx, q)
	}}
}

func always(h handler) handler { h.any = true; return h }

func changing(h handler) handler { h.changes = true; return h }

func beforeAttach(h handler) handler { h.before = true; return h }
