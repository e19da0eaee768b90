package telnet

import "bytes"

// This file negotiates options.

// options is the state of the negotiation (RFC 855). A change that we asked
// for is not acknowledged again, and a request for the present state is not
// answered, so that two ends can't acknowledge each other for ever.
type options struct {
	offers  []byte // what we are willing to do
	accepts []byte // what we let the other end do
	us, him [256]optState
}

type optState struct {
	on    bool
	asked bool // we sent WILL (us) or DO (him) and wait for the answer
}

// ask gives the request that turns option on, WILL or DO.
func (o *options) ask(cmd, opt byte) []byte {
	side := &o.us[opt]
	if cmd == cmdDo {
		side = &o.him[opt]
	}
	if side.on || side.asked {
		return nil
	}
	side.asked = true
	return []byte{iac, cmd, opt}
}

// receive gives the answer to a request, or nil.
func (o *options) receive(cmd, opt byte) []byte {
	side, willing, yes, no := &o.us[opt], bytes.IndexByte(o.offers, opt) >= 0, byte(cmdWill), byte(cmdWont)
	if cmd == cmdWill || cmd == cmdWont {
		side, willing, yes, no = &o.him[opt], bytes.IndexByte(o.accepts, opt) >= 0, cmdDo, cmdDont
	}
	asked := side.asked
	side.asked = false
	switch on := cmd == cmdWill || cmd == cmdDo; {
	case on && side.on:
		return nil
	case on && (willing || asked):
		side.on = true
		if asked {
			return nil
		}
		return []byte{iac, yes, opt}
	case on:
		return []byte{iac, no, opt}
	case side.on:
		side.on = false
		return []byte{iac, no, opt}
	}
	return nil
}

// nawsSub is the subnegotiation that gives a window size.
func nawsSub(columns, rows int) []byte {
	size := []byte{byte(columns >> 8), byte(columns), byte(rows >> 8), byte(rows)}
	out := append([]byte{iac, cmdSB, optNAWS}, escape(size)...)
	return append(out, iac, cmdSE)
}
