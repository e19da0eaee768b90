package dap

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// This file reads the messages of the protocol: header fields as in HTTP, an empty line,
// and so many bytes of JSON.

const (
	// mostMessage bounds the messages of a client that has attached; mostOpening of one
	// that has not.
	mostMessage = 4 << 20
	mostOpening = 64 << 10
	mostHeaders = 8
)

var (
	errHeader = errors.New(`this is no message of the Debug Adapter Protocol; one begins with "Content-Length: N"`)
	errHuge   = errors.New("the message is too long")
)

// readMessage reads the JSON of one message of at most so many bytes. After any error but
// errHuge, too, nothing more can be read. It is io.EOF between two messages only.
func readMessage(r *bufio.Reader, most int) ([]byte, error) {
	length, err := readHeader(r)
	switch {
	case err != nil:
		return nil, err
	case length > most:
		return nil, fmt.Errorf("%w: %d bytes, where %d may be", errHuge, length, most)
	}
	// What is made grows with what comes, not with what was promised.
	content, err := io.ReadAll(io.LimitReader(r, int64(length)))
	if err == nil && len(content) < length {
		err = io.ErrUnexpectedEOF
	}
	return content, err
}

// readHeader reads a message's header and gives the length of what follows.
func readHeader(r *bufio.Reader) (length int, err error) {
	length = -1
	for lines := 0; ; lines++ {
		line, err := r.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return 0, errHeader
		case errors.Is(err, io.EOF) && lines == 0 && len(line) == 0:
			return 0, io.EOF
		case errors.Is(err, io.EOF):
			return 0, io.ErrUnexpectedEOF
		case err != nil:
			return 0, err
		}
		text := strings.TrimRight(string(line), "\r\n")
		if text == "" && length >= 0 {
			return length, nil
		}
		name, value, _ := strings.Cut(text, ":")
		switch {
		case lines >= mostHeaders:
			return 0, errHeader
		case strings.EqualFold(name, "Content-Length"):
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil || length < 0 {
				return 0, errHeader
			}
		case strings.EqualFold(name, "Content-Type"):
		default:
			return 0, errHeader // among them the requests that pages make a browser send
		}
	}
}

// argumentsError words what is wrong with a request's arguments.
func argumentsError(err error) error {
	var typed *json.UnmarshalTypeError
	if errors.As(err, &typed) {
		return fmt.Errorf("%s can't be of the JSON type %s", cmp.Or(typed.Field, "the whole of it"), typed.Value)
	}
	return fmt.Errorf("the request can't be read: %w", err)
}
