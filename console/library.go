package console

import (
	"fmt"
	"slices"
	"strings"

	"lunarium/console/render"
)

// This file holds what help and completion say of the libraries that Lua code calls.

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

// WithHint adds to a completion of code what the libraries declare of the function that is
// called: whose whole name the code ends in, or else whose next argument begins there, or
// whose argument nothing completes.
func (o *Operator) WithHint(c Completion, code string) Completion {
	name, call := codeEnd(code)
	if f, ok := o.calledBy(name); ok && onlyCalls(c.Candidates, name) {
		c.Hint = o.hint(f)
		return c
	}
	before := strings.TrimRight(code, " \t")
	begins := strings.HasSuffix(before, "(") || strings.HasSuffix(before, ",")
	if f, ok := o.calledBy(call); ok && (begins || len(c.Candidates) == 0) {
		c.Hint = o.hint(f)
	}
	return c
}

// onlyCalls tells whether all that completes a name is the parenthesis after it.
func onlyCalls(candidates []string, name string) bool {
	last := name[strings.LastIndexAny(name, ".:")+1:]
	return !slices.ContainsFunc(candidates, func(w string) bool { return w != last+"(" })
}

// calledBy gives the function that code calls by a name: of that full name, or of methods
// the only one that is called so.
func (o *Operator) calledBy(name string) (LibraryFunction, bool) {
	if o.Library == nil || name == "" {
		return LibraryFunction{}, false
	}
	var methods []LibraryFunction
	colon := strings.LastIndexByte(name, ':')
	for _, f := range o.Library() {
		switch {
		case f.Name == name:
			return f, true
		case colon >= 0 && strings.HasSuffix(f.Name, name[colon:]):
			methods = append(methods, f)
		}
	}
	if len(methods) != 1 {
		return LibraryFunction{}, false
	}
	return methods[0], true
}

// hint is a function's signature and help in a line, or in more where that is too long.
func (o *Operator) hint(f LibraryFunction) string {
	text, width := f.Signature+helpIndent+f.Help, o.Width()
	if width == 0 || render.Width(text) <= width {
		return text
	}
	return render.Wrap(f.Signature, width, len(helpIndent)) + "\n" + helpIndent + render.Wrap(f.Help, width, len(helpIndent))
}
