package dap

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/google/go-dap"

	inspect "lunarium/inspect/debug"
	"lunarium/inspect/plain"
	"lunarium/runtime/bytecode"
	"lunarium/runtime/netguard"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file shows code: files that the client has by their path, and other code, which it
// asks the node for, by a number.

// source gives code as the client sees it; nil for a library's function, which has none.
func (s *session) source(svc *service.Service, src inspect.Source) *dap.Source {
	if src.Path == "" {
		if src.Chunk == "" || src.Chunk == "=[C]" {
			return nil
		}
		return &dap.Source{Name: plain.BaseName(visible.Line(bytecode.ChunkID(src.Chunk))), SourceReference: s.sources.number(svc, src), Origin: "the node"}
	}
	local, mapped := s.paths.local(src.Path)
	shown := &dap.Source{Name: path.Base(src.Path), Path: local}
	if !mapped && s.hasNotFile(src.Path) {
		shown.SourceReference, shown.Origin = s.sources.number(svc, src), "the node"
	}
	return shown
}

// hasNotFile tells whether the client is to ask the node for a file: it is said to have
// none, is on another machine, or the file is not there any more.
func (s *session) hasNotFile(file string) bool {
	if s.arguments.NodeSources || !netguard.FromHere(s.conn.RemoteAddr()) || len(s.paths.roots) > 0 {
		return true
	}
	_, err := os.Stat(file)
	return err != nil
}

// sourceOf gives what the client means by a source: a file of the node, or a chunk.
func (s *session) sourceOf(src *dap.Source) (file, chunk string, err error) {
	if n := src.SourceReference; n > 0 {
		if n > len(s.sources.list) {
			return "", "", fmt.Errorf("there is no source %d", n)
		}
		if known := s.sources.list[n-1]; known.Path == "" {
			return "", known.Chunk, nil
		}
		return s.sources.list[n-1].Path, "", nil
	}
	if src.Path == "" {
		return "", "", errors.New("the source has neither a path nor a number")
	}
	return s.paths.remote(src.Path), "", nil
}

func (s *session) sourceText(ctx context.Context, r *dap.SourceRequest) (*dap.SourceResponse, error) {
	n := r.Arguments.SourceReference
	if r.Arguments.Source != nil && r.Arguments.Source.SourceReference > 0 {
		n = r.Arguments.Source.SourceReference
	}
	if n < 1 || n > len(s.sources.list) {
		return nil, fmt.Errorf("there is no source %d; the client has files with a path itself", n)
	}
	known := s.sources.list[n-1]
	svc := s.node.Service(known.service)
	if svc == nil {
		return nil, fmt.Errorf("the service %s, whose code this is, has ended", known.service)
	}
	text, err := inspect.SourceText(ctx, svc, known.Chunk)
	if err != nil {
		return nil, err
	}
	return &dap.SourceResponse{Body: dap.SourceResponseBody{Content: strings.ToValidUTF8(text, "\ufffd"), MimeType: "text/x-lua"}}, nil
}

func (s *session) loadedSources(ctx context.Context, _ *dap.LoadedSourcesRequest) (*dap.LoadedSourcesResponse, error) {
	list := []dap.Source{}
	seen := map[inspect.Source]bool{}
	asked := 0
	for _, svc := range s.node.Services() {
		if !s.arguments.Services.selects(svc) {
			continue
		}
		if asked++; asked > mostThreads || ctx.Err() != nil {
			break
		}
		sources, err := inspect.SourcesOf(ctx, svc)
		if err != nil {
			continue // it has ended, or does not answer
		}
		for _, src := range sources {
			if shown := s.source(svc, src); shown != nil && !seen[src] {
				seen[src] = true
				list = append(list, *shown)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b dap.Source) int { return strings.Compare(a.Path+a.Name, b.Path+b.Name) })
	return &dap.LoadedSourcesResponse{Body: dap.LoadedSourcesResponseBody{Sources: list}}, nil
}

func (s *session) breakpointLocations(_ context.Context, r *dap.BreakpointLocationsRequest) (*dap.BreakpointLocationsResponse, error) {
	response := &dap.BreakpointLocationsResponse{Body: dap.BreakpointLocationsResponseBody{Breakpoints: []dap.BreakpointLocation{}}}
	if r.Arguments == nil {
		return nil, errors.New("the request has no arguments")
	}
	file, _, err := s.sourceOf(&r.Arguments.Source)
	if err != nil || file == "" {
		return response, err
	}
	code, err := s.node.Sources().CompileFile(file)
	if err != nil {
		return nil, err
	}
	first := s.lineIn(r.Arguments.Line)
	last := first
	if r.Arguments.EndLine > 0 {
		last = s.lineIn(r.Arguments.EndLine)
	}
	for _, line := range slices.Sorted(maps.Keys(inspect.LinesOf(code))) {
		if line >= first && line <= last {
			response.Body.Breakpoints = append(response.Body.Breakpoints, dap.BreakpointLocation{Line: s.lineOut(line)})
		}
	}
	return response, nil
}
