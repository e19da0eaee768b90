package cli

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	sshlib "golang.org/x/crypto/ssh"

	"lunarium/console/ssh"
)

// sshNode runs a node with SSH for users, kim with a password and ann with a key.
func sshNode(t *testing.T, flags ...string) (p *program, key sshlib.Signer) {
	t.Helper()
	users := usersFile(t, "kim observer")
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err = sshlib.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(users, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString("ann operator " + string(sshlib.MarshalAuthorizedKey(key.PublicKey()))); err != nil {
		t.Fatal(err)
	}
	p = nodeWith(t, append([]string{"--users", users, "--data", t.TempDir()}, flags...)...)
	if err := p.openSSH("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	return p, key
}

// connect is a client of the node that knows its host key.
func connect(t *testing.T, p *program, user string, by sshlib.AuthMethod) (*sshlib.Client, error) {
	t.Helper()
	host, err := ssh.HostKey(filepath.Join(p.data, hostKeyFile))
	if err != nil {
		t.Fatal(err)
	}
	client, err := sshlib.Dial("tcp", p.ssh.Addr().String(), &sshlib.ClientConfig{
		User: user, Auth: []sshlib.AuthMethod{by}, HostKeyCallback: sshlib.FixedHostKey(host.PublicKey()),
	})
	if err == nil {
		t.Cleanup(func() { client.Close() })
	}
	return client, err
}

// ranOver gives what a command says, and its exit status.
func ranOver(t *testing.T, client *sshlib.Client, command string) (text string, status int) {
	t.Helper()
	s, err := client.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	out, err := s.Output(command)
	var failed *sshlib.ExitError
	switch {
	case errors.As(err, &failed):
		status = failed.ExitStatus()
	case err != nil:
		t.Fatal(err)
	}
	return string(out), status
}

func TestSSHCommands(t *testing.T) {
	p, key := sshNode(t)
	kim, err := connect(t, p, "kim", sshlib.Password("kim"))
	if err != nil {
		t.Fatal(err)
	}
	ann, err := connect(t, p, "ann", sshlib.PublicKeys(key))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		client        *sshlib.Client
		command, text string
		status        int
	}{
		{kim, "role", "kim, observer\n", 0},
		{kim, "setenv a b", "an observer may not run setenv: it acts on what runs; ask for the role operator\n", 1},
		{ann, "setenv a b", "a = b\n", 0},
		{kim, "getenv a", "b\n", 0},
		{kim, "", "", 0},
		{ann, "record /tmp/x", "a remote session can't use the server's files\n", 1},
	} {
		if text, status := ranOver(t, c.client, c.command); text != c.text || status != c.status {
			t.Errorf("%q: %d, %q", c.command, status, text)
		}
	}
}

// Lines without a terminal get replies and nothing else.
func TestSSHLines(t *testing.T) {
	p, key := sshNode(t)
	ann, err := connect(t, p, "ann", sshlib.PublicKeys(key))
	if err != nil {
		t.Fatal(err)
	}
	s, err := ann.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var out bytes.Buffer
	s.Stdin, s.Stdout = strings.NewReader("role\nsetenv a b\n"), &out
	if err := s.Shell(); err != nil {
		t.Fatal(err)
	}
	if err := s.Wait(); err != nil || out.String() != "ann, operator\na = b\n" {
		t.Errorf("%v: %q", err, out.String())
	}
}

// A client with a terminal has the line editor.
func TestSSHTerminal(t *testing.T) {
	p, key := sshNode(t)
	ann, err := connect(t, p, "ann", sshlib.PublicKeys(key))
	if err != nil {
		t.Fatal(err)
	}
	s, err := ann.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	out := &watched{lines: make(chan struct{}, 1000)}
	s.Stdout = out
	in, err := s.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RequestPty("xterm", 24, 80, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Shell(); err != nil {
		t.Fatal(err)
	}
	if err := s.WindowChange(30, 100); err != nil {
		t.Fatal(err)
	}
	in.Write([]byte("rol\t\r"))
	out.find(`(ann, operator)`)
	in.Write([]byte{4}) // Ctrl-D
	if err := s.Wait(); err != nil {
		t.Error(err)
	}
}

func TestSSHKeepsOthersOut(t *testing.T) {
	p, key := sshNode(t)
	_, other, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := sshlib.NewSignerFromKey(other)
	if err != nil {
		t.Fatal(err)
	}
	for name, by := range map[string]sshlib.AuthMethod{"kim": sshlib.PublicKeys(key), "ann": sshlib.PublicKeys(stranger), "nobody": sshlib.PublicKeys(key)} {
		if _, err := connect(t, p, name, by); err == nil {
			t.Errorf("%s is let in", name)
		}
	}
	kim, err := connect(t, p, "kim", sshlib.Password("kim"))
	if err != nil {
		t.Fatal(err)
	}
	if c, err := kim.Dial("tcp", p.ssh.Addr().String()); err == nil {
		c.Close()
		t.Error("the node forwards connections")
	}
}

// The node's end ends the sessions.
func TestSSHEndsWithTheNode(t *testing.T) {
	p, key := sshNode(t)
	ann, err := connect(t, p, "ann", sshlib.PublicKeys(key))
	if err != nil {
		t.Fatal(err)
	}
	ranOver(t, ann, "role")
	p.node.Shutdown(context.Background())
	p.closeSSH()
	if err := ann.Wait(); err == nil {
		t.Error("the connection goes on")
	}
}
