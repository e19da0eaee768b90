//go:build unix

package netguard

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A pipe in place of a certificate keeps nobody waiting.
func TestCertificatesThatArePipes(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	cert, key := selfSigned(t, 1)
	for path, content := range map[string][]byte{certFile: cert, keyFile: key} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config, err := ServerTLS(certFile, keyFile, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(certFile); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(certFile, 0o600); err != nil {
		t.Fatal(err)
	}
	if pair, err := config.GetCertificate(&tls.ClientHelloInfo{}); err != nil || pair.Leaf.SerialNumber.Int64() != 1 {
		t.Errorf("%v, %v", pair, err)
	}
}
