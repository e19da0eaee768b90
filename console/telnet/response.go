package telnet

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// This file writes HTTP responses.

func responseHTTP(status int, text string, headerOnly bool) []byte {
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", status, http.StatusText(status))
	fmt.Fprintf(&b, "Date: %s\r\n", time.Now().UTC().Format(http.TimeFormat))
	fmt.Fprintf(&b, "Content-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n", len(text))
	b.WriteString("X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nConnection: close\r\n")
	switch status {
	case http.StatusUnauthorized:
		b.WriteString("WWW-Authenticate: Basic realm=\"lunarium console\"\r\n")
	case http.StatusMethodNotAllowed:
		b.WriteString("Allow: GET, HEAD, POST\r\n")
	}
	b.WriteString("\r\n")
	if !headerOnly {
		b.WriteString(text)
	}
	return []byte(b.String())
}
