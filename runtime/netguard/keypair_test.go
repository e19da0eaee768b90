package netguard

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// selfSigned gives a certificate with a number, and its key, as files have them.
func selfSigned(t *testing.T, number int64) (certificate, key []byte) {
	t.Helper()
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(number)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &own.PublicKey, own)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}

// A certificate that is renewed is taken when both files have it, and nothing between that.
func TestCertificatesAreRenewed(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	write := func(path string, content []byte) {
		if err := os.WriteFile(path+".new", content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil { // another file, whatever its time is
			t.Fatal(err)
		}
	}
	firstCert, firstKey := selfSigned(t, 1)
	write(certFile, firstCert)
	write(keyFile, firstKey)
	var failures []string
	config, err := ServerTLS(certFile, keyFile, func(err error) { failures = append(failures, err.Error()) })
	if err != nil {
		t.Fatal(err)
	}
	shows := func(when string, want int64) {
		t.Helper()
		for range 2 {
			pair, err := config.GetCertificate(&tls.ClientHelloInfo{})
			if err != nil {
				t.Fatal(err)
			}
			if got := pair.Leaf.SerialNumber.Int64(); got != want {
				t.Errorf("%s: certificate %d", when, got)
			}
		}
	}
	shows("at first", 1)
	secondCert, secondKey := selfSigned(t, 2)
	write(certFile, secondCert)
	shows("with another's key", 1)
	write(keyFile, secondKey)
	shows("renewed", 2)
	if err := os.Remove(keyFile); err != nil {
		t.Fatal(err)
	}
	shows("without a key", 2)
	if err := os.Mkdir(keyFile, 0o700); err != nil {
		t.Fatal(err)
	}
	shows("with a folder for a key", 2)
	if err := os.Remove(keyFile); err != nil {
		t.Fatal(err)
	}
	write(keyFile, secondKey)
	shows("with it again", 2)
	if len(failures) != 3 || !strings.Contains(failures[2], "is no regular file") || !strings.Contains(failures[0], "private key does not match") || !strings.HasPrefix(failures[1], keyFile+": ") {
		t.Errorf("%q", failures)
	}
}
