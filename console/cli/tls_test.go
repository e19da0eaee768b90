package cli

import (
	"context"
	"errors"
	"strings"
	"testing"

	"lunarium/console/telnet"
	"lunarium/runtime/netguard"
	"lunarium/runtime/netguard/netguardtest"
)

// With a certificate the console and the page speak TLS and nothing else.
func TestTLS(t *testing.T) {
	cert, key := netguardtest.Certificate(t, t.TempDir())
	p := nodeWith(t, "--console-cert", cert, "--console-key", key, "--web", "127.0.0.1:0")
	if _, err := p.openConsole(0, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	if err := p.openWeb(p.flags.web); err != nil {
		t.Fatal(err)
	}
	address := opened(t, p, "console listener")
	trusting, err := netguard.ClientTLS(cert)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	near := telnet.Local{In: strings.NewReader("role\nquit\n"), Out: &out, TLS: trusting}
	if err := telnet.Attach(context.Background(), address, near); err != nil || !strings.Contains(out.String(), "admin") {
		t.Errorf("%q, %v", out.String(), err)
	}
	near.TLS.RootCAs = nil
	if err := telnet.Attach(context.Background(), address, near); err == nil {
		t.Error("a certificate of an authority that is not trusted is taken")
	}
	out.Reset()
	near = telnet.Local{In: strings.NewReader("role\n"), Out: &out}
	if telnet.Attach(context.Background(), address, near); strings.Contains(out.String(), "admin") {
		t.Error("the console answers to what is not encrypted")
	}
	if !strings.HasPrefix(p.web.URL(), "https://") {
		t.Error(p.web.URL())
	}
	if err := askHealth(p.web.Address()); err != nil {
		t.Errorf("the health of a page with TLS: %v", err)
	}
}

func TestHalfACertificate(t *testing.T) {
	f, err := parseFlags([]string{"--console-cert", "c"})
	if err != nil {
		t.Fatal(err)
	}
	if err := (&program{flags: f}).setAccess(); !errors.Is(err, errPair) {
		t.Error(err)
	}
}
