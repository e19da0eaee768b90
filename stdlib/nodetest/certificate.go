package nodetest

import (
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
)

// This file holds a certificate for tests.

// Certificate writes httptest's certificate for 127.0.0.1, which is its own authority,
// and its key to files and gives their paths.
func (w *World) Certificate() (cert, key string) {
	w.Helper()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	bytes, err := x509.MarshalPKCS8PrivateKey(server.TLS.Certificates[0].PrivateKey)
	if err != nil {
		w.Fatal(err)
	}
	write := func(name, kind string, bytes []byte) string {
		return w.Write(name, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes})))
	}
	return write("cert.pem", "CERTIFICATE", server.Certificate().Raw), write("key.pem", "PRIVATE KEY", bytes)
}
