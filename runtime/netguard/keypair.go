package netguard

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"lunarium/runtime/files"
)

// This file follows a certificate and its key, which are renewed while their server runs.

// ServerTLS gives the configuration of a server with the certificate, and those that
// lead to its authority, and the key in two files (PEM). Connections that begin after the
// files have changed have what is in them then; failed, which may be nil, hears from any
// goroutine why that can't be taken, and those have what the files held before.
func ServerTLS(certificate, key string, failed func(error)) (*tls.Config, error) {
	pair := &keyPair{files: [2]string{certificate, key}, failed: failed}
	pair.changed()
	if err := pair.read(); err != nil {
		return nil, err
	}
	return &tls.Config{GetCertificate: pair.get, MinVersion: tls.VersionTLS12}, nil
}

// keyPair is a certificate and its key in two files. What was read goes on to hold while they
// can't be read, or do not belong together, as between the writing of the one and the other.
type keyPair struct {
	files  [2]string
	failed func(error) // hears, once for each state of the files, why they can't be taken; may be nil

	mu   sync.Mutex
	seen [2]fs.FileInfo // nil: not there
	pair *tls.Certificate
}

// get gives the pair as the files have it now.
func (k *keyPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.changed() {
		if err := k.read(); err != nil && k.failed != nil {
			k.failed(err)
		}
	}
	return k.pair, nil
}

// changed tells whether the files are others than they were the last time. The lock is held.
func (k *keyPair) changed() bool {
	was := k.seen
	for i, file := range k.files {
		k.seen[i], _ = os.Stat(file) // nil: it can't be read, which reading it tells
	}
	return !unchanged(was[0], k.seen[0]) || !unchanged(was[1], k.seen[1])
}

// read reads the files, of which a pipe or a device, that would keep all clients waiting, is
// none. Nobody else has k, or it is locked.
func (k *keyPair) read() error {
	var content [2][]byte
	for i, file := range k.files {
		var err error
		if content[i], err = files.ReadRegular(file); err != nil {
			return errors.New(inFile(file, err))
		}
	}
	pair, err := tls.X509KeyPair(content[0], content[1])
	if err != nil {
		return fmt.Errorf("%s and %s: %w", k.files[0], k.files[1], err)
	}
	k.pair = &pair
	return nil
}

// unchanged tells whether a file is as it was.
func unchanged(was, is fs.FileInfo) bool {
	if was == nil || is == nil {
		return was == is
	}
	return os.SameFile(was, is) && was.ModTime().Equal(is.ModTime()) && was.Size() == is.Size()
}
