package otlp

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/nodetest"
	"lunarium/stdlib/skynet"
)

// received is what a collector got, a request each.
type received chan *trace.TracesData

// collect serves a collector that answers with a status.
func collect(t *testing.T, status int) (address string, got received) {
	got = make(received, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		request := &trace.TracesData{}
		if err := proto.Unmarshal(body, request); err != nil || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" || r.Header.Get("X-Key") != "a b" {
			t.Errorf("%s %v: %v", r.URL, r.Header, err)
		}
		got <- request
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL, got
}

// world is a node whose service front calls back, which fails.
func world(t *testing.T) *nodetest.World {
	t.Helper()
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test")
	t.Setenv("OTEL_SERVICE_NAME", "shop")
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20b")
	w := nodetest.New(t, service.Config{Virtual: true, Epoch: time.Unix(1_800_000_000, 0), Traced: 1, Open: nodetest.Open(&skynet.Options{}, nil)})
	const prelude = `local skynet = require "skynet" skynet.start(function() skynet.dispatch("lua", function(_, _, what) `
	for _, s := range []struct{ name, does string }{
		{"back", `error "no"`}, {"front", `pcall(skynet.call, ".back", "lua", what) skynet.ret()`},
	} {
		w.Write(s.name+".lua", prelude+s.does+` end) skynet.name(".`+s.name+`", skynet.self()) end)`)
		if _, err := w.Node.Launch(w.Ctx, service.Spec{Name: s.name}); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func ask(w *nodetest.World) {
	w.Helper()
	client := w.Node.NewClient("the console")
	defer client.Close()
	if _, err := client.Call(w.Ctx, w.Node.Services()[1].Address(), message.TypeLua, message.Direct(vm.String("buy"))); err != nil {
		w.Fatal(err)
	}
	w.Settle()
}

// The collector gets what ended, when the node ends at the latest, in OpenTelemetry's terms.
func TestSpansAreSent(t *testing.T) {
	address, got := collect(t, http.StatusOK)
	w := world(t)
	e, err := Open(Config{Node: w.Node, Address: strings.TrimPrefix(address, "http://"), Version: "1.2", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ask(w)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	close(got)
	spans := map[string]*trace.Span{}
	resource := map[string]string{}
	for request := range got {
		for _, r := range request.ResourceSpans {
			for _, a := range r.Resource.Attributes {
				resource[a.Key] = a.Value.GetStringValue()
			}
			for _, s := range r.ScopeSpans[0].Spans {
				spans[s.Name] = s
			}
		}
	}
	if diff := cmp.Diff(map[string]string{"service.name": "shop", "service.version": "1.2", "deployment.environment": "test"}, resource); diff != "" {
		t.Error(diff)
	}
	front, back := spans["front buy"], spans["back buy"]
	if len(spans) != 2 || front == nil || back == nil {
		t.Fatalf("%v", spans)
	}
	if len(front.ParentSpanId) != 0 || !bytes.Equal(back.ParentSpanId, front.SpanId) || !bytes.Equal(back.TraceId, front.TraceId) {
		t.Errorf("%v is not below %v", back, front)
	}
	if back.Status.GetCode() != trace.Status_STATUS_CODE_ERROR || !strings.Contains(back.Status.GetMessage(), "no") || front.Status != nil {
		t.Errorf("%v, %v", back.Status, front.Status)
	}
	if front.StartTimeUnixNano != uint64(time.Unix(1_800_000_000, 0).UnixNano()) || front.Kind != trace.Span_SPAN_KIND_SERVER || front.Flags&flagSampled == 0 {
		t.Errorf("%v", front)
	}
}

// A collector that refuses loses spans, which is said once, and counted.
func TestARefusalIsSaidOnce(t *testing.T) {
	address, _ := collect(t, http.StatusServiceUnavailable)
	w := world(t)
	var log bytes.Buffer
	e, err := Open(Config{Node: w.Node, Address: address, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		ask(w)
		e.export(context.Background(), []service.Span{{Trace: message.TraceID{1}, ID: message.SpanID{1}}})
	}
	if err := e.Close(); err == nil || !strings.Contains(err.Error(), "spans that were not sent to "+address) {
		t.Error(err)
	}
	if n := strings.Count(log.String(), "level=WARN"); n != 1 || !strings.Contains(log.String(), "503 Service Unavailable") {
		t.Errorf("said %d times: %s", n, log.String())
	}
}

// More than the collector takes is dropped, and no service waits.
func TestWhatIsTooMuchIsDropped(t *testing.T) {
	e := &Exporter{spans: make(chan service.Span, 3)}
	for range 5 {
		e.take(service.Span{})
	}
	if e.Dropped() != 2 || len(e.spans) != 3 {
		t.Errorf("%d dropped, %d wait", e.Dropped(), len(e.spans))
	}
}

func TestAddressesAndVariables(t *testing.T) {
	for address, want := range map[string]string{
		"127.0.0.1:4318":            "http://127.0.0.1:4318/v1/traces",
		"https://tempo.example":     "https://tempo.example/v1/traces",
		"http://tempo.example/own/": "http://tempo.example/own/",
		"https:/x":                  "", "x": "", "ftp://x": "", "": "", "http://": "", "::": "",
	} {
		if got, err := endpoint(address); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", address, got, err)
		}
	}
	for text, want := range map[string][]pair{
		"":               nil,
		"a=1, b = 2%2C3": {{"a", "1"}, {"b", "2,3"}},
		"a=b=c,":         {{"a", "b=c"}},
	} {
		if got, err := pairs(text); err != nil || !cmp.Equal(got, want, cmp.AllowUnexported(pair{})) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"a", "=b", "a=%zz"} {
		if got, err := pairs(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}
