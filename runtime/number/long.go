package number

import "strconv"

// This file reads numerals of any length.

// Long is the length in bytes above which a numeral is for ParseLong. Go's own
// conversion errs from 800 digits on, where a number is half way between two others,
// and takes no exponent beyond 10,000.
const Long = 700

// pollBytes is how far ParseLong reads without asking.
const pollBytes = 1 << 20

// significant is how many digits are kept: what lies half way between two numbers
// has at most 767, and what comes after them only tells more from equal.
const significant = 780

// ParseLong is Parse for numerals of any length. It calls poll now and then, which
// may panic to put an end to the work.
func ParseLong(s string, poll func()) (float64, bool) {
	r := reader{s: s, poll: poll}
	r.spaces()
	sign := r.sign()
	n := numeral{digit: isDecimal, mark: 'e', weight: 1}
	if x := r.s[r.i:]; len(x) > 1 && x[0] == '0' && x[1]|0x20 == 'x' {
		n = numeral{digit: isHex, mark: 'p', weight: 4}
		r.i += 2
	}
	if !n.mantissa(&r) || !n.scale(&r) {
		return 0, false
	}
	r.spaces()
	if r.i < len(s) {
		return 0, false
	}
	return parseFloat(sign + n.text())
}

// reader goes through a text.
type reader struct {
	s    string
	i    int
	poll func()
}

// take passes over the bytes of a kind; each is given to use.
func (r *reader) take(kind func(byte) bool, use func(byte)) {
	for ; r.i < len(r.s) && kind(r.s[r.i]); r.i++ {
		if r.i%pollBytes == 0 {
			r.poll()
		}
		use(r.s[r.i])
	}
}

func (r *reader) spaces() { r.take(isSpace, func(byte) {}) }

func (r *reader) sign() string {
	if r.i < len(r.s) && (r.s[r.i] == '-' || r.s[r.i] == '+') {
		r.i++
		return r.s[r.i-1 : r.i]
	}
	return ""
}

// numeral is a number whose digits were cut to those that matter.
type numeral struct {
	digit  func(byte) bool
	mark   byte // of the exponent, in lower case
	weight int  // what a digit's place adds to the exponent

	digits   []byte // without leading zeros
	exponent int    // as if the point stood behind the digits
}

// mantissa reads digits with at most one point among them.
func (n *numeral) mantissa(r *reader) bool {
	count, left, more := 0, -1, false
	for point := false; ; {
		r.take(n.digit, func(c byte) {
			count++
			switch {
			case c == '0' && len(n.digits) == 0:
			case len(n.digits) < significant:
				n.digits = append(n.digits, c)
			default:
				n.exponent += n.weight
				more = more || c != '0'
			}
		})
		if point || r.i == len(r.s) || r.s[r.i] != '.' {
			break
		}
		point, left = true, count
		r.i++
	}
	if left >= 0 {
		n.exponent -= (count - left) * n.weight
	}
	if more {
		n.digits = append(n.digits, '1')
		n.exponent -= n.weight
	}
	return count > 0
}

// farthest bounds the exponent that is read: no text is long enough to make up
// for it with zeros.
const farthest = 1 << 40

// scale reads an exponent, if there is one.
func (n *numeral) scale(r *reader) bool {
	if r.i == len(r.s) || r.s[r.i]|0x20 != n.mark {
		return true
	}
	r.i++
	negative := r.sign() == "-"
	start, e := r.i, 0
	r.take(isDecimal, func(c byte) { e = min(e*10+int(c-'0'), farthest) })
	if negative {
		e = -e
	}
	n.exponent += e
	return r.i > start
}

// text is the numeral in its short form.
func (n *numeral) text() string {
	text := append([]byte("0"), n.digits...)
	if n.mark == 'p' {
		text = append([]byte("0x"), text...)
	}
	text = append(text, n.mark)
	return string(strconv.AppendInt(text, int64(max(-farthest, min(n.exponent, farthest))), 10))
}
