package service

import (
	"fmt"
	"unicode/utf8"

	"lunarium/runtime/message"
	"lunarium/runtime/visible"
)

// This file holds texts made fit to be kept and shown: cut short, quoted.

// cut shortens a text that somebody keeps. The rest does not stay in memory.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	end := most
	for end > most-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + fmt.Sprintf("… (%d bytes in all)", len(text))
}

func quoted(command string, typ message.Type) string {
	if command == "" {
		return "a " + typ.String() + " message"
	}
	return visible.Quote(command)
}
