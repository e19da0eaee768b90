package console

import (
	"fmt"
	"strings"

	"lunarium/console/render"
)

// This file holds what help says of the libraries that Lua code calls.

// LibraryFunction is what help knows of a function of the libraries.
type LibraryFunction struct {
	Library   string `json:"library"`   // "skynet"; of methods what stands for their object, "file"
	Name      string `json:"name"`      // in full: "skynet.call", "file:read", "print"
	Signature string `json:"signature"` // the name with the parameters
	Effect    string `json:"effect"`    // what it does beside giving results, for people
	Help      string `json:"help"`      // one line
}

// libraryFunctions gives the functions that a name stands for: one by its full name, all
// of a library by that one's.
func (s *Session) libraryFunctions(name string) (found []LibraryFunction) {
	if s.Library == nil {
		return nil
	}
	for _, f := range s.Library() {
		switch name {
		case f.Name:
			return []LibraryFunction{f}
		case f.Library:
			found = append(found, f)
		}
	}
	return found
}

// noFunction is the error for a name that no function of the libraries has.
func (s *Session) noFunction(name string) error {
	var names []string
	if s.Library != nil {
		for _, f := range s.Library() {
			names = append(names, f.Name)
		}
	}
	if near := nearest(name, names); near != "" {
		return fmt.Errorf("no function %s; did you mean %s?", name, near)
	}
	library, _, _ := strings.Cut(strings.ReplaceAll(name, ":", "."), ".")
	if len(s.libraryFunctions(library)) > 0 {
		return fmt.Errorf(`no function %s; "help %s" lists those of %s`, name, library, library)
	}
	return fmt.Errorf(`no function %s; "help" lists the commands`, name)
}

// helpForLibrary explains functions of the libraries.
func (s *Session) helpForLibrary(functions []LibraryFunction) error {
	width, text := s.columns(), ""
	for _, f := range functions {
		text += render.Wrap(f.Signature, width, len(helpIndent)) + "\n" + helpIndent + render.Wrap(sentence(f.Help), width, len(helpIndent)) + "\n"
	}
	if len(functions) == 1 {
		text += helpIndent + render.Wrap(fmt.Sprintf("Effect: %s.", functions[0].Effect), width, len(helpIndent)) + "\n"
	}
	return s.reply(functions, text)
}

// sentence makes a line of help a sentence.
func sentence(line string) string { return strings.ToUpper(line[:1]) + line[1:] + "." }
