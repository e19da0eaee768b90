package netguard

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"

	"lunarium/runtime/files"
	"lunarium/runtime/worded"
)

// This file reads the authorities that a client trusts.

// ClientTLS gives the configuration of a client that trusts the authorities whose
// certificates are in a file (PEM), and no others; nil, which is the system's
// authorities, for "".
func ClientTLS(authorities string) (*tls.Config, error) {
	if authorities == "" {
		return nil, nil
	}
	content, err := files.ReadRegular(authorities)
	if err != nil {
		return nil, fmt.Errorf("ca: %s", inFile(authorities, err))
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("ca: %s holds no certificate (PEM)", authorities)
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}

// inFile names a file once.
func inFile(file string, err error) string {
	return file + ": " + worded.FileText(err)
}
