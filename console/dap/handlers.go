package dap

// This file lists the requests that are answered.

// handlers are the requests that are answered, by name.
var handlers = map[string]handler{
	"initialize":              always(on((*session).initialize)),
	"disconnect":              always(on((*session).disconnect)),
	"launch":                  beforeAttach(on((*session).launch)),
	"attach":                  beforeAttach(on((*session).attach)),
	"configurationDone":       on((*session).configurationDone),
	"setBreakpoints":          on((*session).setBreakpoints),
	"setFunctionBreakpoints":  on((*session).setFunctionBreakpoints),
	"setExceptionBreakpoints": on((*session).setExceptionBreakpoints),
	"breakpointLocations":     on((*session).breakpointLocations),
	"threads":                 on((*session).listThreads),
	"continue":                on((*session).resume),
	"next":                    on((*session).next),
	"stepIn":                  on((*session).stepIn),
	"stepOut":                 on((*session).stepOut),
	"pause":                   on((*session).pause),
	"terminateThreads":        on((*session).terminateThreads),
	"stackTrace":              on((*session).stackTrace),
	"scopes":                  on((*session).listScopes),
	"variables":               on((*session).variables),
	"setVariable":             on((*session).setVariable),
	"setExpression":           on((*session).setExpression),
	"evaluate":                on((*session).evaluate),
	"completions":             on((*session).completions),
	"exceptionInfo":           on((*session).exceptionInfo),
	"source":                  on((*session).sourceText),
	"loadedSources":           on((*session).loadedSources),
}
