package cli

import "lunarium/console/usage"

// This file holds what may stand for operands and the values of flags.

// What may stand on the command line.
var (
	fileValue       = usage.Value{Name: "FILE", Files: usage.AnyFiles}
	folderValue     = usage.Value{Name: "DIR", Files: usage.Folders}
	transcriptValue = usage.Value{Name: "FILE", Files: usage.AnyFiles, Endings: []string{".txt", ".md"}}
	scriptValue     = usage.Value{Name: "FILE", Files: usage.AnyFiles, Endings: []string{".lua"}}
	argValue        = usage.Value{Name: "ARG", Files: usage.AnyFiles}
)

// choice is one of a few words.
func choice(words ...string) usage.Value { return usage.Value{Choices: words} }
