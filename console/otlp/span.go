package otlp

import (
	"time"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	resource "go.opentelemetry.io/proto/otlp/resource/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file is spans in OpenTelemetry's terms (opentelemetry-proto, trace/v1).

// kinds are OpenTelemetry's of the node's kinds of span.
var kinds = map[service.SpanKind]trace.Span_SpanKind{
	service.SpanMessage: trace.Span_SPAN_KIND_SERVER,
	service.SpanFork:    trace.Span_SPAN_KIND_INTERNAL,
	service.SpanTimeout: trace.Span_SPAN_KIND_INTERNAL,
	service.SpanRequest: trace.Span_SPAN_KIND_SERVER,
	service.SpanOutside: trace.Span_SPAN_KIND_CLIENT,
}

// The flags of a span: that of W3C, and those that tell where its parent is.
const (
	flagSampled  = 1
	flagsHas     = uint32(trace.SpanFlags_SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK)
	flagIsRemote = uint32(trace.SpanFlags_SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK)
)

// spansOf gives spans that have ended as a request has them. start is when the node's clock
// began. ExportTraceServiceRequest has the same fields on the wire as TracesData.
func spansOf(list []service.Span, start time.Time, of *resource.Resource, version string) *trace.TracesData {
	spans := make([]*trace.Span, len(list))
	for i := range list {
		spans[i] = spanOf(&list[i], start)
	}
	return &trace.TracesData{ResourceSpans: []*trace.ResourceSpans{{
		Resource: of,
		ScopeSpans: []*trace.ScopeSpans{{
			Scope: &common.InstrumentationScope{Name: "lunarium", Version: version}, Spans: spans,
		}},
	}}}
}

func spanOf(s *service.Span, start time.Time) *trace.Span {
	span := &trace.Span{
		TraceId: s.Trace[:], SpanId: s.ID[:], TraceState: s.State, Flags: flagSampled | flagsHas,
		Name: s.Title(), Kind: kinds[s.Kind],
		StartTimeUnixNano: uint64(start.Add(s.Began).UnixNano()),
		EndTimeUnixNano:   uint64(start.Add(s.Ended).UnixNano()),
		Attributes: []*common.KeyValue{
			text("lunarium.service", s.Name), text("lunarium.address", s.Service.String()), text("lunarium.kind", s.Kind.String()),
			seconds("lunarium.waited", s.Began-s.Sent),
		},
	}
	if s.Parent != (message.SpanID{}) {
		span.ParentSpanId = s.Parent[:]
	}
	if s.Remote {
		span.Flags |= flagIsRemote
	}
	if s.Type != "" {
		span.Attributes = append(span.Attributes, text("lunarium.type", s.Type))
	}
	if s.Tag != "" {
		span.Attributes = append(span.Attributes, text("skynet.tracetag", s.Tag))
	}
	if s.Error != "" {
		span.Status = &trace.Status{Code: trace.Status_STATUS_CODE_ERROR, Message: s.Error}
	}
	return span
}

func text(key, value string) *common.KeyValue {
	return &common.KeyValue{Key: key, Value: &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: value}}}
}

func seconds(key string, d time.Duration) *common.KeyValue {
	return &common.KeyValue{Key: key, Value: &common.AnyValue{Value: &common.AnyValue_DoubleValue{DoubleValue: max(0, d).Seconds()}}}
}
