// Package otlp sends the spans of a node's traces to a collector, by the OpenTelemetry
// protocol over HTTP (OTLP/HTTP with binary bodies). The spans are made by the node, so that the
// messages alone are of OpenTelemetry; its exporter would make the program 18 MB larger.
//
// Invariants:
//   - Services never wait for the collector: what it does not take in time is dropped, and
//     counted.
//   - A span is sent once, when it has ended.
//
// An Exporter has one goroutine, which ends with Close.
//
// Glossary: a collector is the program that takes spans; a resource says of whom they are.
//
// Files, from the ground up:
//   - span.go: spans in OpenTelemetry's terms
//   - environment.go: OpenTelemetry's variables
//   - exporter.go: spans are collected and sent
package otlp
