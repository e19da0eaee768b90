package telnet

import (
	"errors"
	"strings"
)

// This file asks whether a client speaks telnet, and does what its commands say.

// probe is the question that tells telnet from nc: the option, and blanks over
// what nc may have drawn for its three bytes.
var probe = []byte{iac, cmdDo, optNAWS, '\r', ' ', ' ', ' ', '\r'}

// ask puts the question, if the client has not spoken meanwhile.
func (c *Conn) ask() {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.spoke:
	case <-c.decided: // it has hung up
	default:
		if c.opts.ask(cmdDo, optNAWS) != nil {
			c.reply(probe)
		}
	}
}

// event handles one event of the parser. The lock is held.
func (c *Conn) event(e event) {
	switch e.kind {
	case evData:
		c.data(e.b)
		if !c.isTelnet() {
			c.decide(Plain)
		}
		return
	case evNone:
		return
	}
	if !c.isTelnet() {
		close(c.heard)
		for _, r := range [][2]byte{{cmdWill, optEcho}, {cmdWill, optSGA}, {cmdDo, optNAWS}, {cmdDo, optTType}} {
			c.reply(c.opts.ask(r[0], r[1]))
		}
	}
	switch e.kind {
	case evCommand:
		c.command(e.b)
	case evOption:
		c.option(e.b, e.opt)
	case evSub:
		c.subnegotiation(e.opt, e.sub)
	}
}

// data takes a byte that is no part of a telnet command. A line of an HTTP request ends
// the session before it can be read. A line editor drops what is too long by itself.
func (c *Conn) data(b byte) {
	if c.inErr != nil {
		return
	}
	if err := c.watch.next(b); err != nil && !(c.kind == Editor && errors.Is(err, errLongLine)) {
		c.refuse(err)
		return
	}
	c.in = append(c.in, b)
}

// typed are the commands that stand for a key.
var typed = map[byte]byte{
	cmdIP: 0x03, cmdBreak: 0x03, cmdAbort: 0x03, cmdEOF: 0x04, cmdEC: 0x7f, cmdEL: 0x15,
}

func (c *Conn) command(cmd byte) {
	if cmd == cmdAYT {
		c.reply([]byte("[yes]\r\n"))
		return
	}
	key, ok := typed[cmd]
	switch {
	case !ok || c.inErr != nil:
	case c.kind == Editor:
		c.in = append(c.in, key)
	case key == 0x03:
		select {
		case c.intr <- struct{}{}:
		default:
		}
	}
}

func (c *Conn) option(cmd, opt byte) {
	if opt == optTM {
		// A mark in the output, not a state: each one is answered (RFC 860).
		if cmd == cmdDo {
			c.reply([]byte{iac, cmdWill, optTM})
		}
		return
	}
	c.reply(c.opts.receive(cmd, opt))
	switch {
	case opt == optEcho && cmd == cmdDo:
		c.decide(Editor)
	case opt == optEcho && cmd == cmdDont:
		c.decide(LineMode)
	case opt == optTType && cmd == cmdWill:
		c.reply([]byte{iac, cmdSB, optTType, 1, iac, cmdSE})
	}
}

func (c *Conn) subnegotiation(opt byte, b []byte) {
	switch {
	case opt == optNAWS && len(b) == 4:
		c.columns = int(b[0])<<8 | int(b[1])
		c.rows = int(b[2])<<8 | int(b[3])
		if c.resized != nil {
			c.resized()
		}
	case opt == optTType && len(b) > 1 && b[0] == 0:
		c.term = strings.ToUpper(string(b[1:]))
	}
}
