package otlp

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	resource "go.opentelemetry.io/proto/otlp/resource/v1"

	"lunarium/runtime/visible"
)

// This file reads OpenTelemetry's variables.

// resourceOf gives what the collector knows the node by: the attributes of
// OTEL_RESOURCE_ATTRIBUTES and the name of OTEL_SERVICE_NAME, "lunarium" without.
func resourceOf(getenv func(string) string, version string) (*resource.Resource, error) {
	const variable = "OTEL_RESOURCE_ATTRIBUTES"
	given, err := pairs(getenv(variable))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", variable, err)
	}
	name, of := "lunarium", &resource.Resource{}
	for _, p := range given {
		if p.key == "service.name" {
			name = p.value
			continue
		}
		of.Attributes = append(of.Attributes, text(p.key, p.value))
	}
	of.Attributes = append(of.Attributes, text("service.name", cmp.Or(getenv("OTEL_SERVICE_NAME"), name)))
	if version != "" {
		of.Attributes = append(of.Attributes, text("service.version", version))
	}
	return of, nil
}

// headersOf gives the headers that requests have: OTEL_EXPORTER_OTLP_TRACES_HEADERS, or
// OTEL_EXPORTER_OTLP_HEADERS.
func headersOf(getenv func(string) string) ([]pair, error) {
	list, err := pairs(cmp.Or(getenv("OTEL_EXPORTER_OTLP_TRACES_HEADERS"), getenv("OTEL_EXPORTER_OTLP_HEADERS")))
	if err != nil {
		return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_HEADERS: %w", err)
	}
	return list, nil
}

type pair struct{ key, value string }

// pairs reads "key=value,key=value", each percent-encoded, as OpenTelemetry's variables
// are written.
func pairs(text string) (list []pair, err error) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		key, value, ok := strings.Cut(part, "=")
		if !ok || strings.TrimSpace(key) == "" {
			return nil, fmt.Errorf("want KEY=VALUE,…, not %s", visible.Quote(part))
		}
		if value, err = url.PathUnescape(strings.TrimSpace(value)); err != nil {
			return nil, fmt.Errorf("the value of %s: %w", key, err)
		}
		list = append(list, pair{strings.TrimSpace(key), value})
	}
	return list, nil
}
