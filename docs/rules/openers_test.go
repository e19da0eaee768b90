package rules

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

// How what a function opens is accounted for.
const (
	counted  = "counted"  // in the budget of the service, runtime/files
	briefly  = "briefly"  // on the service's own thread, and closed before it goes on
	nodes    = "node's"   // for the node or its operator
	relaying = "relaying" // its callers hand over what opens
)

// openers are the functions that have the system open a file, a pipe, a connection or
// a process, by "folder.function", and how each is accounted for.
var openers = map[string]string{
	"stdlib/lua.openUnknown":               counted,
	"stdlib/lua.streams.tmpfile":           counted,
	"stdlib/lua.pipe":                      counted, // by streams.startPipe
	"stdlib/lua.Libraries.prepare":         counted,
	"stdlib/lua.process.writable":          counted,
	"stdlib/lua.tmpname":                   briefly,
	"stdlib/lua.openDirectory":             briefly,
	"stdlib/lua.abandon":                   briefly,
	"stdlib/skynet.serviceHost":            briefly, // loadfile, dofile and require
	"stdlib/http.staticFile.serve":         counted,
	"stdlib/http.library.serve":            counted,
	"stdlib/http.library.outgoing":         counted,
	"stdlib/http.call.do":                  relaying, // to outgoing's transport
	"stdlib/http.server.begin":             relaying, // from library.serve's listener
	"stdlib/persist.store.list":            counted,  // all by library.withFile
	"stdlib/persist.snapshot.read":         counted,
	"stdlib/persist.store.writeTemporary":  counted,
	"stdlib/persist.syncDirectory":         counted,
	"stdlib/persist.store.prune":           counted,
	"stdlib/dbpool.openSQLite":             counted, // by sqliteConnector.Connect
	"stdlib/dbpool.openPostgres":           counted,
	"stdlib/dbpool.openMySQL":              counted,
	"stdlib/dbpool.mysqlConnector.Connect": counted, // by openMySQL's DialFunc
	"stdlib/dbpool.killMySQL":              counted, // likewise
	"stdlib/cache.newClient":               counted,
	"runtime/service.Tracing.LogMessages":  nodes,
	"runtime/files.ReadRegular":            relaying, // to compileFound and what the console reads
	"runtime/netguard.Sockets.add":         nodes,
	"runtime/netguard.Place.Listen":        nodes,
	"console":                              nodes,
	"console/access":                       nodes,
	"console/command":                      nodes,
	"console/replay":                       nodes,
	"console/mcp":                          nodes,
	"console/line":                         nodes,
	"console/otlp":                         nodes,
	"console/ssh":                          nodes,
	"console/telnet":                       nodes,
	"console/web":                          nodes,
	"console/cli":                          nodes,
	"console/luacli":                       nodes,
	"testdata/bench":                       nodes,
}

// opening are the calls that open something, by package; "" any of its functions.
var opening = map[string][]string{
	"os":        {"Open", "OpenFile", "OpenInRoot", "OpenRoot", "Create", "CreateTemp", "MkdirTemp", "ReadFile", "WriteFile", "ReadDir", "Pipe", "StartProcess", "NewFile", "DirFS", "CopyFS"},
	"net":       {"Dial", "DialTCP", "DialUDP", "DialUnix", "DialIP", "DialTimeout", "Listen", "ListenTCP", "ListenUDP", "ListenUnix", "ListenPacket", "ListenMulticastUDP", "FileConn", "FileListener", "Dialer", "ListenConfig", "Resolver", "LookupHost", "LookupAddr", "LookupIP"},
	"tls":       {"Dial", "DialWithDialer", "Listen", "LoadX509KeyPair", "Dialer"},
	"http":      {"Get", "Post", "PostForm", "Head", "Client", "Transport", "DefaultTransport", "DefaultClient", "ListenAndServe", "Server", "Dir", "FileServer", "ServeFile"},
	"exec":      {"Command", "CommandContext", "Cmd"},
	"sql":       {"Open", "OpenDB"},
	"redis":     {"NewClient", "NewDialer", "NewClusterClient", "NewFailoverClient"},
	"filepath":  {"Glob", "Walk", "WalkDir"},
	"syscall":   {"Open", "Openat", "Socket", "Pipe", "Pipe2", "Dup", "Dup2", "ForkExec"},
	"unix":      {"Open", "Openat", "Socket", "Pipe", "Pipe2", "Dup", "MemfdCreate", "EpollCreate1", "InotifyInit"},
	"ioutil":    {"ReadFile", "ReadDir", "TempFile", "TempDir"},
	"atomic":    {"WriteFile", "ReplaceFile"},
	"x509":      {"SystemCertPool"},
	"sqlite":    {"Driver"},
	"mysql":     {"NewConnector"},
	"pgx":       {"Connect", "ConnectConfig"},
	"websocket": {"Dial", "NewClient"},
}

// openingMethods are the names of methods of whatever type that open something.
var openingMethods = []string{"Connect", "DialContext", "DialFunc", "ListenAndServe", "StdoutPipe", "StdinPipe", "StderrPipe"}

// Whatever opens a file is accounted for, so that no service can take those that the
// node and others need.
func TestWhateverOpensAFileIsAccountedFor(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, file := range programFiles(t) {
		positions := token.NewFileSet()
		parsed, err := parser.ParseFile(positions, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		dir := path.Dir(file)
		for _, decl := range parsed.Decls {
			if _, ok := decl.(*ast.FuncDecl); !ok {
				continue
			}
			function := dir + "." + functionName(decl)
			ast.Inspect(decl, func(n ast.Node) bool {
				call, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				of, _ := call.X.(*ast.Ident)
				if (of == nil || !slices.Contains(opening[of.Name], call.Sel.Name)) && !slices.Contains(openingMethods, call.Sel.Name) {
					return true
				}
				switch {
				case openers[function] != "":
					seen[function] = true
				case openers[dir] != "":
					seen[dir] = true
				default:
					t.Errorf("%s: %s opens something (%s); take it from the budget (runtime/files) and say so in openers",
						positions.Position(call.Pos()), function, call.Sel.Name)
				}
				return true
			})
		}
	}
	for _, function := range slices.Sorted(maps.Keys(openers)) {
		if !seen[function] {
			t.Errorf("%s opens nothing any more: take it off the list", function)
		}
	}
}

// functionName gives "receiver.function", or "" for what is no function.
func functionName(decl ast.Decl) string {
	f, ok := decl.(*ast.FuncDecl)
	if !ok {
		return ""
	}
	if f.Recv == nil {
		return f.Name.Name
	}
	return strings.TrimPrefix(fmt.Sprint(receiver(f.Recv.List[0].Type)), "*") + "." + f.Name.Name
}

func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}
