package dap

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/go-dap"

	"lunarium/console/access"
	inspect "lunarium/inspect/debug"
	"lunarium/runtime/visible"
)

// This file holds how a client begins and ends to debug.

// mostDebugged is how many services a client debugs at a time.
const mostDebugged = 1000

func (s *session) initialize(_ context.Context, r *dap.InitializeRequest) (*dap.InitializeResponse, error) {
	if s.initialized {
		return nil, errors.New("initialize has been asked for already")
	}
	s.initialized, s.client = true, r.Arguments
	s.paths.uris = r.Arguments.PathFormat == "uri"
	return &dap.InitializeResponse{Body: dap.Capabilities{
		SupportsConfigurationDoneRequest:      true,
		SupportsFunctionBreakpoints:           true,
		SupportsConditionalBreakpoints:        true,
		SupportsHitConditionalBreakpoints:     true,
		SupportsLogPoints:                     true,
		SupportsEvaluateForHovers:             true,
		SupportsSetVariable:                   true,
		SupportsSetExpression:                 true,
		SupportsCompletionsRequest:            true,
		CompletionTriggerCharacters:           []string{".", ":", "["},
		SupportsExceptionInfoRequest:          true,
		SupportsExceptionFilterOptions:        true,
		SupportsLoadedSourcesRequest:          true,
		SupportsBreakpointLocationsRequest:    true,
		SupportsTerminateThreadsRequest:       true,
		SupportsDelayedStackTraceLoading:      true,
		SupportsClipboardContext:              true,
		SupportsSingleThreadExecutionRequests: true,
		ExceptionBreakpointFilters:            exceptionFilters,
	}}, nil
}

func (s *session) launch(context.Context, *dap.LaunchRequest) (*dap.LaunchResponse, error) {
	return nil, errors.New(`a node runs already at this address, and nothing is launched: use "request": "attach"; ` +
		"lunarium --dap ADDR SERVICE starts a node that can be attached to")
}

func (s *session) attach(ctx context.Context, r *dap.AttachRequest) (*dap.AttachResponse, error) {
	if s.attached {
		return nil, errors.New("attach has been asked for already")
	}
	var a attachArguments
	if len(r.Arguments) > 0 {
		if err := json.Unmarshal(r.Arguments, &a); err != nil {
			return nil, fmt.Errorf("the attach configuration: %w", argumentsError(err))
		}
	}
	who, err := s.mayAttach(ctx, &a)
	if err != nil {
		return nil, err
	}
	s.arguments = a
	if a.LocalRoot != "" || a.RemoteRoot != "" {
		a.PathMapping = append(a.PathMapping, root{a.LocalRoot, a.RemoteRoot})
	}
	for _, r := range a.PathMapping {
		if r.Local == "" || r.Remote == "" {
			return nil, errors.New("localRoot and remoteRoot go together: a folder as the editor calls it, and as the node does")
		}
	}
	s.paths.roots = a.PathMapping
	if err := s.server.admit(s.guest); err != nil {
		return nil, err
	}
	from := s.conn.RemoteAddr().String()
	s.attached = true
	s.release = s.node.Occupy()
	s.visitor = s.server.config.Sessions.Visit(who, visitorKind, from, s.node.Clock().Elapsed(), func(string) { s.end() })
	s.goes = s.server.config.Audit.Came(s.visitor.Author())
	s.server.config.Logger.Info("debugging", "remote", from)
	s.group = inspect.NewGroup(s.node, inspect.GroupOptions{
		Who: "an editor at " + from, Selects: a.Services.selects, Most: mostDebugged, Hold: a.Hold,
	})
	s.after = func() {
		s.send(&dap.InitializedEvent{})
		s.tellAbsent()
	}
	return &dap.AttachResponse{}, nil
}

// mayAttach asks the server, and lets one who is wrong wait.
func (s *session) mayAttach(ctx context.Context, a *attachArguments) (*access.Principal, error) {
	who, err := s.server.mayAttach(ctx, s.conn.RemoteAddr().String(), a)
	if !errors.Is(err, access.ErrWrong) {
		return who, err
	}
	s.wrong++
	s.server.config.Logger.Warn("debugging: wrong password", "remote", s.conn.RemoteAddr(), "try", s.wrong)
	select {
	case <-time.After(time.Duration(s.wrong) * s.server.config.PasswordDelay):
	case <-ctx.Done():
	}
	s.leaving = s.wrong >= mostPasswords
	return nil, err
}

// tellAbsent names the services of the attach configuration that are not there now.
func (s *session) tellAbsent() {
	for _, word := range s.arguments.Services {
		there := slices.ContainsFunc(s.node.Services(), services{word}.selects)
		if !there {
			s.say("important", "no service is called "+visible.Line(word)+" now; it will be debugged when it is there")
		}
	}
}

func (s *session) configurationDone(context.Context, *dap.ConfigurationDoneRequest) (*dap.ConfigurationDoneResponse, error) {
	return &dap.ConfigurationDoneResponse{}, nil
}

// disconnect ends the session; close lets go of what the client held. The node goes on.
func (s *session) disconnect(ctx context.Context, _ *dap.DisconnectRequest) (*dap.DisconnectResponse, error) {
	if s.group != nil {
		s.group.Close(ctx)
	}
	s.leaving = true
	return &dap.DisconnectResponse{}, nil
}
