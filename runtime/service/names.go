package service

import (
	"strconv"
	"strings"

	"lunarium/runtime/message"
)

// This file holds how names and addresses of services are written.

// bare gives a name without its dot: both forms are one name.
func bare(name string) string { return strings.TrimPrefix(name, ".") }

// NameHas tells whether a text is in a name, in either form: "db" and ".db" are in that
// of db.
func NameHas(name, text string) bool { return strings.Contains("."+name, text) }

// addressText reads ":0000000a" and "0xa". isAddress: the text can be nothing else.
func addressText(text string) (a message.Address, valid, isAddress bool) {
	digits, isAddress := strings.CutPrefix(text, ":")
	if !isAddress {
		if digits, isAddress = strings.CutPrefix(text, "0x"); !isAddress || !hexadecimal(digits) {
			return 0, false, false
		}
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	return message.Address(n), err == nil, true
}

func hexadecimal(digits string) bool {
	return digits != "" && strings.Trim(digits, "0123456789abcdefABCDEF") == ""
}
