package telnet

// This file finds telnet's commands and options in a stream of bytes.

// Commands and options (RFC 854, 857, 858, 860, 1073, 1091, 1184).
const (
	cmdEOF   = 236
	cmdAbort = 238
	cmdSE    = 240
	cmdBreak = 243
	cmdIP    = 244
	cmdAYT   = 246
	cmdEC    = 247
	cmdEL    = 248
	cmdSB    = 250
	cmdWill  = 251
	cmdWont  = 252
	cmdDo    = 253
	cmdDont  = 254
	iac      = 255

	optEcho  = 1
	optSGA   = 3
	optTM    = 6
	optTType = 24
	optNAWS  = 31
)

// maxSub bounds a subnegotiation; a longer one is skipped to its end.
const maxSub = 256

type eventKind int

const (
	evNone    eventKind = iota
	evData              // a byte of data
	evCommand           // IAC cmd
	evOption            // IAC WILL/WONT/DO/DONT opt
	evSub               // IAC SB opt sub IAC SE
)

// event is what one byte completed.
type event struct {
	kind eventKind
	b    byte   // the data byte, or the command
	opt  byte   // the option, for evOption and evSub
	sub  []byte // valid until the next byte
}

type parseState int

const (
	inData parseState = iota
	inIAC
	inOption
	inSub
	inSubIAC
)

// parser takes the bytes of a connection apart. Its zero value is ready.
type parser struct {
	state parseState
	cmd   byte
	sub   []byte // the option, then its bytes
	long  bool
}

// next takes one byte.
func (p *parser) next(c byte) event {
	switch p.state {
	case inIAC:
		return p.command(c)
	case inOption:
		p.state = inData
		return event{kind: evOption, b: p.cmd, opt: c}
	case inSub:
		if c == iac {
			p.state = inSubIAC
		} else {
			p.keep(c)
		}
		return event{}
	case inSubIAC:
		return p.afterSubIAC(c)
	}
	if c == iac {
		p.state = inIAC
		return event{}
	}
	return event{kind: evData, b: c}
}

func (p *parser) command(c byte) event {
	p.state = inData
	switch {
	case c == iac:
		return event{kind: evData, b: iac}
	case c >= cmdWill:
		p.state, p.cmd = inOption, c
		return event{}
	case c == cmdSB:
		p.state, p.sub, p.long = inSub, p.sub[:0], false
		return event{}
	}
	return event{kind: evCommand, b: c}
}

func (p *parser) afterSubIAC(c byte) event {
	switch c {
	case iac:
		p.state = inSub
		p.keep(iac)
		return event{}
	case cmdSE:
		p.state = inData
		if len(p.sub) == 0 || p.long {
			return event{}
		}
		return event{kind: evSub, opt: p.sub[0], sub: p.sub[1:]}
	}
	// The end was lost: what follows IAC is a command of its own.
	return p.command(c)
}

func (p *parser) keep(c byte) {
	if len(p.sub) >= maxSub {
		p.long = true
		return
	}
	p.sub = append(p.sub, c)
}

// escape doubles each IAC in b.
func escape(b []byte) []byte {
	out := make([]byte, 0, len(b)+8)
	for _, c := range b {
		if c == iac {
			out = append(out, iac)
		}
		out = append(out, c)
	}
	return out
}
