package netguard

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"lunarium/runtime/worded"
)

// This file makes TLS configurations of the files that services name. The files are read
// when a configuration is asked for.

// ClientTLS gives the configuration of a client that trusts the authorities whose
// certificates are in a file (PEM), and no others; nil, which is the system's
// authorities, for "".
func ClientTLS(authorities string) (*tls.Config, error) {
	if authorities == "" {
		return nil, nil
	}
	content, err := os.ReadFile(authorities)
	if err != nil {
		return nil, fmt.Errorf("ca: %s", inFile(authorities, err))
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("ca: %s holds no certificate (PEM)", authorities)
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}

// ServerTLS gives the configuration of a server with the certificate, and those that
// lead to its authority, and the key in two files (PEM).
func ServerTLS(certificate, key string) (*tls.Config, error) {
	for _, file := range []string{certificate, key} {
		if _, err := os.Stat(file); err != nil {
			return nil, errors.New(inFile(file, err))
		}
	}
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return nil, fmt.Errorf("%s and %s: %w", certificate, key, err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

// inFile names a file once.
func inFile(file string, err error) string {
	return file + ": " + worded.FileText(err)
}
