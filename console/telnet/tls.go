package telnet

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"time"
)

// This file tells clients that do not speak TLS what is missing.

// speaksTLS is the answer to them, of which a line is for people.
const speaksTLS = "this console speaks TLS: lunarium attach --tls or openssl s_client does so, too; HTTP is https"

// shakeHands begins TLS on a connection that has it. Whoever does not is told that, as the error, which
// comes again with the first read, only ends the connection.
func shakeHands(nc net.Conn, timeout time.Duration) {
	secured, ok := nc.(*tls.Conn)
	if !ok {
		return
	}
	var plain tls.RecordHeaderError
	if err := secured.Handshake(); !errors.As(err, &plain) || plain.Conn == nil {
		return
	}
	answer := []byte(speaksTLS + "\r\n")
	if isUpper(plain.RecordHeader[:3]) { // a method, as GET
		answer = responseHTTP(http.StatusBadRequest, speaksTLS, false)
	}
	_ = plain.Conn.SetWriteDeadline(time.Now().Add(timeout))
	_, _ = plain.Conn.Write(answer)
}
