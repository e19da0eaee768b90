package cli

import (
	"lunarium/console"
	"lunarium/stdlib"
)

// This file hands what the libraries declare to the sessions' help and completion.

// libraryHelp gives every function of the libraries.
func libraryHelp() []console.LibraryFunction {
	var all []console.LibraryFunction
	for _, l := range stdlib.Declarations() {
		for _, f := range l.Functions {
			all = append(all, console.LibraryFunction{
				Library: l.Name, Name: l.Full(f), Signature: l.Signature(f), Effect: f.Effect.Explain(), Help: f.Help,
			})
		}
	}
	return all
}
