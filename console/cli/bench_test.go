package cli

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
)

const pongSource = `local skynet = require "skynet"
skynet.start(function()
	skynet.dispatch("lua", function() skynet.retpack("pong") end)
	skynet.register "PONG"
end)
`

// BenchmarkTelnetCommand is a command's whole round trip: over TCP through the
// console's session to a service that is called, and back to the client. With
// "telnet" the client is in character mode, so that the line is edited and echoed
// and the prompt shown again; with "lines" it is nc or a script.
func BenchmarkTelnetCommand(b *testing.B) {
	const doEcho, doSGA, willNAWS = "\xff\xfd\x01", "\xff\xfd\x03", "\xff\xfb\x1f\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0"
	for _, client := range []struct{ name, hello, ready, end, after string }{
		{"lines", "ping PONG\n", "answered after", "\n", "\n"},
		{"telnet", doEcho + doSGA + willNAWS, "> ", "\r", "> "},
	} {
		b.Run(client.name, func(b *testing.B) {
			nc := dialConsole(b)
			in := &waiter{in: nc}
			fmt.Fprint(nc, client.hello)
			in.until(b, client.ready)
			for b.Loop() {
				fmt.Fprint(nc, "call PONG"+client.end)
				in.until(b, "\"pong\"")
				in.until(b, client.after)
			}
		})
	}
}

// dialConsole starts a node with a service and a remote console, and connects.
func dialConsole(b *testing.B) net.Conn {
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "pong.lua"), []byte(pongSource), 0o666); err != nil {
		b.Fatal(err)
	}
	f, err := parseFlags([]string{"--path", dir, "pong"})
	if err != nil {
		b.Fatal(err)
	}
	p, err := newProgram(f, &output{io.Discard, io.Discard}, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(p.close)
	if err := p.launch(b.Context(), func(string) {}); err != nil {
		b.Fatal(err)
	}
	if _, err := p.openConsole(0, "127.0.0.1:0"); err != nil {
		b.Fatal(err)
	}
	nc, err := net.Dial("tcp", p.remote.servers[0].Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { nc.Close() })
	return nc
}

// waiter reads until a text has come.
type waiter struct {
	in   io.Reader
	have []byte
	buf  [4096]byte
}

func (w *waiter) until(b *testing.B, text string) {
	for {
		if i := bytes.Index(w.have, []byte(text)); i >= 0 {
			w.have = w.have[i+len(text):]
			return
		}
		n, err := w.in.Read(w.buf[:])
		if err != nil {
			b.Fatal(err)
		}
		w.have = append(w.have, w.buf[:n]...)
	}
}
