package http

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"lunarium/runtime/visible"
)

// This file holds the addresses of requests, read and escaped.

// parseAddress reads the address of a request. What an address can't hold is
// escaped in path and query, as browsers do, and is an error in other places.
func parseAddress(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	var failed *url.Error
	switch {
	case errors.As(err, &failed):
		return nil, fmt.Errorf("%s is no URL: %w", visible.Quote(text), failed.Err)
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("%s is no URL; want http://… or https://…", visible.Quote(text))
	}
	u.RawQuery = escapeQuery(u.RawQuery)
	return u, nil
}

// isHost tells whether a text may be a Host header.
func isHost(text string) bool {
	u, err := url.Parse("http://" + text)
	return err == nil && u.Host == text && u.Hostname() != ""
}

// The characters of a query, and of an address as a whole, besides letters and
// digits (RFC 3986, section 3.4 and appendix A).
const (
	queryMarks   = "-._~!$&'()*+,;=:@/?"
	addressMarks = queryMarks + "#[]"
)

// escapeQuery escapes what a query can't hold; net/url sends it as it is.
func escapeQuery(text string) string { return escapeAll(text, queryMarks) }

const (
	hexDigits = "0123456789ABCDEF"
	// longestEscape is how many bytes a byte becomes at most.
	longestEscape = len("%20")
)

// escapeAll escapes what is neither letter nor digit nor one of the marks, but
// for what is escaped already.
func escapeAll(text, marks string) string {
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		switch {
		case isAlphanumeric(c), strings.IndexByte(marks, c) >= 0, isEscaped(text[i:]):
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
	return b.String()
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
}

// isEscaped tells whether a text begins with a percent sign and two digits.
func isEscaped(text string) bool {
	isHex := func(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }
	return len(text) > 2 && text[0] == '%' && isHex(text[1]) && isHex(text[2])
}
