package telnet

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parse gives the data in b and the events around it, as text.
func parse(b []byte) (data []byte, events [][]byte) {
	var p parser
	for _, c := range b {
		switch e := p.next(c); e.kind {
		case evData:
			data = append(data, e.b)
		case evCommand:
			events = append(events, []byte{e.b})
		case evOption:
			events = append(events, []byte{e.b, e.opt})
		case evSub:
			events = append(events, append([]byte{cmdSB, e.opt}, e.sub...))
		}
	}
	return data, events
}

func TestParser(t *testing.T) {
	tests := []struct {
		name, in, data string
		events         [][]byte
	}{
		{"plain", "list\r\n", "list\r\n", nil},
		{"escaped", "a\xff\xffb", "a\xffb", nil},
		{"option", "a\xff\xfb\x1fb", "ab", [][]byte{{cmdWill, optNAWS}}},
		{"command", "\xff\xf4x", "x", [][]byte{{cmdIP}}},
		{"window of 255 columns", "\xff\xfa\x1f\x00\xff\xff\x00\x18\xff\xf0x", "x", [][]byte{{cmdSB, optNAWS, 0, 255, 0, 24}}},
		{"subnegotiation cut short", "\xff\xfa\x1f\x00\xff\xfb\x01x", "x", [][]byte{{cmdWill, optEcho}}},
		{"empty subnegotiation", "\xff\xfa\xff\xf0x", "x", nil},
		{"endless subnegotiation", "\xff\xfa\x1f" + string(bytes.Repeat([]byte{1}, 10_000)) + "\xff\xf0x", "x", nil},
		{"cut off", "x\xff", "x", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data, events := parse([]byte(tt.in))
			if diff := cmp.Diff(tt.data, string(data)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.events, events); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestNoAcknowledgementLoops lets two ends that offer different things talk
// until neither has anything to say.
func TestNoAcknowledgementLoops(t *testing.T) {
	server := options{offers: []byte{optEcho, optSGA}, accepts: []byte{optNAWS, optSGA}}
	client := options{offers: []byte{optNAWS, optTType}, accepts: []byte{optEcho, optSGA}}
	toServer := client.ask(cmdWill, optNAWS)
	var toClient []byte
	for _, opt := range []byte{optEcho, optSGA} {
		toClient = append(toClient, server.ask(cmdWill, opt)...)
	}
	for _, opt := range []byte{optNAWS, optTType} {
		toClient = append(toClient, server.ask(cmdDo, opt)...)
	}
	answer := func(o *options, b []byte) (out []byte) {
		_, events := parse(b)
		for _, e := range events {
			out = append(out, o.receive(e[0], e[1])...)
		}
		return out
	}
	for round := 0; len(toServer)+len(toClient) > 0; round++ {
		if round > 5 {
			t.Fatal("the two never stop")
		}
		toServer, toClient = answer(&client, toClient), answer(&server, toServer)
	}
	if !server.us[optEcho].on || !client.him[optEcho].on || !server.him[optNAWS].on || !client.us[optNAWS].on {
		t.Error("an option that both want is off")
	}
}

func FuzzParser(f *testing.F) {
	for _, s := range []string{"list\r\n", "\xff\xff", "\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0", "\xff\xfd\x01\xff\xfb\x1f", "\xff\xfa\xff\xfa\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		data, events := parse(b)
		if len(data) > len(b) {
			t.Errorf("%d bytes of data out of %d", len(data), len(b))
		}
		o := options{offers: []byte{optEcho, optSGA}, accepts: []byte{optNAWS}}
		replies := 0
		for _, e := range events {
			if len(e) > maxSub+2 {
				t.Errorf("an event of %d bytes", len(e))
			}
			if len(e) == 2 && e[0] >= cmdWill {
				replies += len(o.receive(e[0], e[1]))
			}
		}
		if replies > len(b) {
			t.Errorf("%d bytes in, %d bytes of answers", len(b), replies)
		}
		got, extra := parse(escape(b))
		if !bytes.Equal(got, b) || extra != nil {
			t.Errorf("escape does not keep %q", b)
		}
	})
}
