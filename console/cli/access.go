package cli

import (
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"lunarium/console/access"
	"lunarium/console/secret"
	"lunarium/console/usage"
	"lunarium/runtime/netguard"
	"lunarium/runtime/worded"
)

// This file finds who may come in, and opens the log of changes.

// errTwoWays: there are users, and a password for all.
var errTwoWays = errors.New("--users takes the place of --console-password-file; give one of them")

// errPair: one of the certificate and its key is missing.
var errPair = errors.New("--console-cert and --console-key go together")

// certificateFailed tells that a renewed certificate can't be taken.
func (p *program) certificateFailed(err error) {
	p.logger().Error("the certificate is the one that the files had before", "error", worded.Text(err))
}

// setAccess reads who may come in, and how, and opens the audit log.
func (p *program) setAccess() (err error) {
	switch {
	case p.flags.users != "" && p.flags.passwordFile != "":
		return errTwoWays
	case (p.flags.cert == "") != (p.flags.key == ""):
		return errPair
	case p.flags.cert != "":
		if p.tls, err = netguard.ServerTLS(p.flags.cert, p.flags.key, p.certificateFailed); err != nil {
			return fmt.Errorf("the console's certificate: %w", err)
		}
	}
	if p.secrets, err = p.secretNames(); err != nil {
		return err
	}
	if p.flags.audit != "" {
		audit, err := access.OpenAudit(p.flags.audit, p.secrets)
		if err != nil {
			return err
		}
		p.audit = audit
	}
	switch {
	case p.flags.users != "":
		users, err := access.ReadUsers(p.flags.users, p.logger())
		if err != nil {
			return err
		}
		users.OnChange(p.sessions.EndInvalid)
		p.guard = access.ForUsers(users, p.audit)
	case p.flags.passwordFile != "":
		password, err := readPassword(p.flags.passwordFile)
		if err != nil {
			return err
		}
		p.guard = access.OnePassword(password, p.audit)
	}
	return nil
}

// secretKeys is the key of a config file that says which names look secret.
const secretKeys = "secret_keys"

// secretNames gives the names that look secret, as the flag or the config file says.
func (p *program) secretNames() (*secret.Names, error) {
	if p.flags.secretKeys != nil {
		names, err := secret.Parse(*p.flags.secretKeys)
		if err != nil {
			err = fmt.Errorf("--secret-keys: %w", err)
		}
		return names, err
	}
	list, said := p.node.Getenv(secretKeys)
	if !said {
		return secret.Default(), nil
	}
	names, err := secret.Parse(list)
	if err != nil {
		err = fmt.Errorf("%s of the config file: %w", secretKeys, err)
	}
	return names, err
}

// tlsFlags declares the flags of who connects to a node that may speak TLS; what it gives is for
// when they are read: nil without them.
func tlsFlags(set *flag.FlagSet) func() (*tls.Config, error) {
	wanted, authorities := set.Bool("tls", false, ""), set.String("ca", "", "")
	return func() (*tls.Config, error) {
		config, err := netguard.ClientTLS(*authorities)
		if err == nil && config == nil && *wanted {
			config = &tls.Config{MinVersion: tls.VersionTLS12}
		}
		return config, err
	}
}

// tlsUsage is what people are told of these flags.
var tlsUsage = []usage.Flag{
	{Name: "--tls", Help: "the node speaks TLS, with a certificate of an authority that the system trusts"},
	{Name: "--ca", Value: fileValue, Help: "the node speaks TLS, with a certificate of an authority in this file (PEM)"},
}

// readPassword gives the first line of the password file.
func readPassword(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the console's password: %w", err)
	}
	line, _, _ := strings.Cut(string(content), "\n")
	if line = strings.TrimRight(line, "\r"); line == "" {
		return nil, fmt.Errorf("the console's password: %s begins with an empty line", path)
	}
	return []byte(line), nil
}
