package console

import (
	"fmt"
	"strings"

	"lunarium/console/render"
)

// This file holds what help says of the libraries that Lua code calls.

const helpIndent = "  "

// libraryFunctions gives the functions that a name stands for: one by its full name, all
// of a library by that one's.
func (o *Operator) libraryFunctions(name string) (found []LibraryFunction) {
	if o.Library == nil {
		return nil
	}
	for _, f := range o.Library() {
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
func (o *Operator) noFunction(name string) error {
	var names []string
	if o.Library != nil {
		for _, f := range o.Library() {
			names = append(names, f.Name)
		}
	}
	if near := nearest(name, names); near != "" {
		return fmt.Errorf("no function %s; did you mean %s?", name, near)
	}
	library, _, _ := strings.Cut(strings.ReplaceAll(name, ":", "."), ".")
	if len(o.libraryFunctions(library)) > 0 {
		return fmt.Errorf(`no function %s; "help %s" lists those of %s`, name, library, library)
	}
	return fmt.Errorf(`no function %s; "help" lists the commands`, name)
}

// helpForLibrary explains functions of the libraries.
func (o *Operator) helpForLibrary(functions []LibraryFunction) error {
	width, text := o.Columns(), ""
	for _, f := range functions {
		text += render.Wrap(f.Signature, width, len(helpIndent)) + "\n" + helpIndent + render.Wrap(sentence(f.Help), width, len(helpIndent)) + "\n"
	}
	if len(functions) == 1 {
		text += helpIndent + render.Wrap(fmt.Sprintf("Effect: %s.", functions[0].Effect), width, len(helpIndent)) + "\n"
	}
	return o.Reply(functions, text)
}

// sentence makes a line of help a sentence.
func sentence(line string) string { return strings.ToUpper(line[:1]) + line[1:] + "." }
