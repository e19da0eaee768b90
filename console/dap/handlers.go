package dap

// This file lists the requests that are answered.

// handlers are the requests that are answered, by name.
var handlers = map[string]handler{
	"initialize":              always(on((*session).initialize)),
	"disconnect":              always(on((*session).disconnect)),
	"launch":                  beforeAttach(on((*session).launch)),
	"attach":                  beforeAttach(on((*session).attach)),
	"configurationDone":       on((*session).configurationDone),
	"setBreakpoints":          changing(on((*session).setBreakpoints)),
	"setFunctionBreakpoints":  changing(on((*session).setFunctionBreakpoints)),
	"setExceptionBreakpoints": changing(on((*session).setExceptionBreakpoints)),
	"breakpointLocations":     on((*session).breakpointLocations),
	"threads":                 on((*session).listThreads),
	"continue":                changing(on((*session).resume)),
	"next":                    changing(on((*session).next)),
	"stepIn":                  changing(on((*session).stepIn)),
	"stepOut":                 changing(on((*session).stepOut)),
	"pause":                   changing(on((*session).pause)),
	"terminateThreads":        changing(on((*session).terminateThreads)),
	"stackTrace":              on((*session).stackTrace),
	"scopes":                  on((*session).listScopes),
	"variables":               on((*session).variables),
	"setVariable":             changing(on((*session).setVariable)),
	"setExpression":           changing(on((*session).setExpression)),
	"evaluate":                changing(on((*session).evaluate)),
	"completions":             on((*session).completions),
	"exceptionInfo":           on((*session).exceptionInfo),
	"source":                  on((*session).sourceText),
	"loadedSources":           on((*session).loadedSources),
}
