package ssh

import (
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/crypto/ssh"

	"lunarium/runtime/worded"
)

// This file reads the host's key, or makes one.

// errExposed: others could be taken for this host.
var errExposed = errors.New("others than its owner may read it: chmod 600 keeps it")

// HostKey reads the host's key, and makes one if the file is not there.
func HostKey(path string) (ssh.Signer, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := makeHostKey(path); err != nil {
			return nil, fmt.Errorf("making the SSH host key %s: %s", path, worded.FileText(err))
		}
	case err != nil:
		return nil, fmt.Errorf("the SSH host key %s: %s", path, worded.FileText(err))
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("the SSH host key %s: %w", path, errExposed)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the SSH host key %s: %s", path, worded.FileText(err))
	}
	key, err := ssh.ParsePrivateKey(content)
	if err != nil {
		return nil, fmt.Errorf("the SSH host key %s is no private key without a passphrase: %w", path, err)
	}
	return key, nil
}

// makeHostKey writes a new key, whole or not at all.
func makeHostKey(path string) error {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	block, err := ssh.MarshalPrivateKey(key, "lunarium")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".ssh_host_key") // with the mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // it is not there any more if all went well
	_, err = file.Write(pem.EncodeToMemory(block))
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
