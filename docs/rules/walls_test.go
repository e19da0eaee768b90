package rules

import (
	"go/parser"
	"go/token"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// walls lists the packages from the ground up, each with those of the project that it
// imports: no others, and none that it does not. A package uses those above it alone.
// Tests may import more.
const walls = `
runtime/files:
runtime/number:
runtime/queue:
runtime/timer:
runtime/visible:
runtime/recorded: runtime/visible
runtime/bytecode: runtime/visible
runtime/compile: runtime/bytecode runtime/number
runtime/worded:
runtime/netguard: runtime/files runtime/visible runtime/worded
runtime/netguard/netguardtest:
runtime/vm: runtime/bytecode runtime/number runtime/worded
runtime/host: runtime/recorded runtime/files runtime/vm runtime/worded
runtime/message: runtime/number runtime/visible runtime/vm
runtime/endpoint: runtime/message
runtime/source: runtime/bytecode runtime/compile runtime/files runtime/vm
runtime/service: runtime/endpoint runtime/files runtime/host runtime/message runtime/number runtime/queue runtime/source runtime/timer runtime/visible runtime/vm runtime/worded
stdlib/kit: runtime/visible runtime/vm
stdlib/cache: runtime/files runtime/host runtime/message runtime/netguard runtime/recorded runtime/visible runtime/vm runtime/worded stdlib/kit
stdlib/dbpool: runtime/host runtime/vm runtime/worded stdlib/kit
stdlib/http: runtime/recorded runtime/files runtime/host runtime/netguard runtime/visible runtime/vm runtime/worded stdlib/kit
stdlib/json: runtime/message runtime/number runtime/visible runtime/vm stdlib/kit
stdlib/lua: runtime/bytecode runtime/files runtime/host runtime/number runtime/vm runtime/worded stdlib/kit
stdlib/nodeconfig: runtime/files runtime/visible runtime/vm
stdlib/persist: runtime/host runtime/message runtime/vm runtime/worded stdlib/kit
stdlib/skynet: runtime/host runtime/message runtime/number runtime/service runtime/vm runtime/worded stdlib/kit stdlib/lua
stdlib/versions: runtime/vm stdlib/kit
stdlib: runtime/service runtime/vm stdlib/cache stdlib/dbpool stdlib/http stdlib/json stdlib/kit stdlib/lua stdlib/persist stdlib/skynet stdlib/versions
stdlib/nodetest: runtime/message runtime/service stdlib/lua stdlib/skynet
inspect/plain: runtime/visible
inspect/live: inspect/plain runtime/bytecode runtime/compile runtime/host runtime/number runtime/service runtime/visible runtime/vm
inspect: inspect/live inspect/plain runtime/compile runtime/message runtime/number runtime/service runtime/visible runtime/vm
inspect/sample: inspect runtime/message runtime/service
inspect/debug: inspect/live inspect/plain runtime/bytecode runtime/files runtime/message runtime/service runtime/visible runtime/vm
inspect/crash: inspect/debug inspect/live inspect/plain runtime/bytecode runtime/message runtime/service runtime/vm
inspect/heap: inspect/live inspect/plain runtime/bytecode runtime/host runtime/service runtime/visible runtime/vm
inspect/snapshot: inspect/live inspect/plain runtime/message runtime/service runtime/vm
inspect/supervise: inspect/snapshot runtime/message runtime/service runtime/worded
inspect/waits: runtime/message runtime/service
inspect/profile: runtime/bytecode runtime/service runtime/vm
inspect/inspecttest: inspect inspect/plain runtime/message runtime/service stdlib/nodetest stdlib/skynet
inspect/reload: inspect/live inspect/plain runtime/bytecode runtime/compile runtime/host runtime/message runtime/number runtime/service runtime/source runtime/visible runtime/vm runtime/worded stdlib/kit
inspect/whatif: inspect inspect/plain inspect/reload inspect/snapshot runtime/message runtime/service runtime/vm runtime/worded
console/line:
console/secret: inspect/plain runtime/visible
console/render: console/secret inspect/plain runtime/visible runtime/worded
console/flame: console/render runtime/visible
console/network: console/render runtime/visible
console/replay: runtime/recorded runtime/visible runtime/worded
console/access: console/secret runtime/visible runtime/worded
console: console/access console/render console/replay console/secret inspect/crash inspect/plain inspect/snapshot inspect/supervise inspect/waits runtime/files runtime/message runtime/service runtime/visible runtime/worded
console/debugger: console console/render inspect/debug inspect/plain runtime/service runtime/visible runtime/worded
console/command: console console/access console/debugger console/flame console/network console/render console/secret console/replay inspect inspect/crash inspect/heap inspect/plain inspect/profile inspect/reload inspect/sample inspect/snapshot inspect/supervise inspect/waits inspect/whatif runtime/endpoint runtime/files runtime/message runtime/service runtime/visible runtime/worded
console/dap: console console/access console/render inspect/debug inspect/plain runtime/bytecode runtime/endpoint runtime/message runtime/netguard runtime/service runtime/visible runtime/worded
console/otlp: runtime/message runtime/service runtime/visible runtime/worded
console/telnet: console/access console/line runtime/netguard runtime/worded
console/ssh: console/access console/line runtime/netguard runtime/worded
console/usage: runtime/visible
console/mcp: console console/access runtime/worded
console/web: console console/access console/command console/mcp console/render console/secret inspect inspect/crash inspect/plain inspect/reload inspect/sample inspect/snapshot inspect/supervise inspect/waits runtime/message runtime/netguard runtime/service runtime/visible runtime/worded
console/luacli: console/line console/render console/usage inspect/live inspect/plain runtime/compile runtime/vm runtime/worded stdlib/lua
console/cli: console console/access console/command console/dap console/line console/luacli console/mcp console/otlp console/render console/replay console/secret console/ssh console/telnet console/usage console/web inspect/crash inspect/reload inspect/snapshot inspect/supervise runtime/compile runtime/endpoint runtime/files runtime/message runtime/netguard runtime/service runtime/visible runtime/vm runtime/worded stdlib stdlib/cache stdlib/lua stdlib/nodeconfig stdlib/skynet
console/web/browsertest:
testdata/bench:
`

// outside says which packages alone may import what is not the project's own.
const outside = `
github.com/KimMachineGun/automemlimit: console/cli
github.com/Shopify/go-lua: runtime/compile
github.com/chromedp: console/web/browsertest
github.com/chzyer/readline: console/line
github.com/coreos/go-systemd/v22/activation: runtime/netguard
github.com/coreos/go-systemd/v22/daemon: console/cli
github.com/fatih/color: console/render
github.com/go-sql-driver/mysql: stdlib/dbpool
github.com/google/go-dap: console/dap
github.com/google/go-cmp: inspect/inspecttest
github.com/google/pprof: inspect/profile
github.com/jackc/pgx: stdlib/dbpool
github.com/mattn/go-runewidth: console/render
github.com/modelcontextprotocol/go-sdk: console/mcp
github.com/natefinch/atomic: console console/cli console/line
github.com/prometheus/client_golang: console/web
github.com/redis/go-redis: stdlib/cache
golang.org/x/crypto: console/access console/ssh
go.opentelemetry.io/proto/otlp: console/otlp
golang.org/x/sys: runtime/service
google.golang.org/protobuf: console/otlp
modernc.org/sqlite: stdlib/dbpool
`

// rules are what holds whatever the walls list: no package of the first kind imports, by
// whatever way, one of the second.
var rules = []struct{ packages, imports, why string }{
	{"runtime/vm", "runtime/host", "the machine waits for nobody"},
	{"runtime/vm", "net", "the machine knows no connections"},
	{"runtime/message", "runtime/service", "a message is not a node's"},
	{"stdlib/lua", "runtime/service", "Lua's own library runs without a node"},
	{"stdlib/lua", "stdlib/skynet", "skynet stands on Lua, never the other way"},
	{"stdlib/kit", "runtime/service", "libraries know no service"},
	{"stdlib/cache", "runtime/service", "libraries know no service"},
	{"stdlib/dbpool", "runtime/service", "libraries know no service"},
	{"stdlib/http", "runtime/service", "libraries know no service"},
	{"stdlib/json", "runtime/service", "libraries know no service"},
	{"stdlib/persist", "runtime/service", "libraries know no service"},
	{"stdlib/versions", "runtime/service", "libraries know no service"},
	{"inspect/plain", "runtime/vm", "plain data holds no Lua value"},
	{"console/render", "runtime/vm", "what is drawn holds no Lua value"},
	{"console/line", "console", "a line editor knows no commands"},
	{"console/telnet", "console", "a transport knows no commands"},
	{"console/ssh", "console", "a transport knows no commands"},
}

// table reads lines of the form "name: name name".
func table(text string) (names []string, lists map[string][]string) {
	lists = map[string][]string{}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		name, list, _ := strings.Cut(strings.TrimSpace(line), ":")
		names = append(names, name)
		lists[name] = strings.Fields(list)
	}
	return names, lists
}

// TestWalls checks that each package imports what the walls say, and that these run
// downward only.
func TestWalls(t *testing.T) {
	t.Parallel()
	imports := importsOf(t)
	names, drawn := table(walls)
	_, clients := table(outside)
	used := map[string]bool{}
	for pkg, list := range imports {
		if pkg == "." || pkg == "stdlib/differential" || pkg == "docs/rules" { // main alone, and tests alone
			continue
		}
		if !slices.Contains(names, pkg) {
			t.Errorf("no walls are drawn for %s", pkg)
			continue
		}
		for _, imported := range list {
			if own, ok := strings.CutPrefix(imported, "lunarium/"); ok {
				if !slices.Contains(drawn[pkg], own) {
					t.Errorf("%s imports %s", pkg, own)
				}
			}
			for module, may := range clients {
				if imported == module || strings.HasPrefix(imported, module+"/") {
					used[module+" "+pkg] = true
					if !slices.Contains(may, pkg) {
						t.Errorf("%s imports %s; only %s may", pkg, imported, strings.Join(may, " and "))
					}
				}
			}
		}
		for _, own := range drawn[pkg] {
			if !slices.Contains(list, "lunarium/"+own) {
				t.Errorf("the walls let %s import %s, which it does not", pkg, own)
			}
			if slices.Index(names, own) > slices.Index(names, pkg) {
				t.Errorf("%s imports %s, which stands below it in the list", pkg, own)
			}
		}
	}
	for module, may := range clients {
		for _, pkg := range may {
			if !used[module+" "+pkg] {
				t.Errorf("%s may import %s, which it does not", pkg, module)
			}
		}
	}
	for _, name := range names {
		if _, ok := imports[name]; !ok {
			t.Errorf("walls are drawn for %s, which is not there", name)
		}
	}
}

// TestWallsHoldByWhateverWay checks the rules along chains of imports.
func TestWallsHoldByWhateverWay(t *testing.T) {
	t.Parallel()
	imports := importsOf(t)
	for _, rule := range rules {
		if _, ok := imports[rule.packages]; !ok {
			t.Errorf("a rule speaks of %s, which is not there", rule.packages)
		}
		if way := wayTo(imports, rule.packages, rule.imports, map[string]bool{}); way != nil {
			t.Errorf("%s: %s", strings.Join(way, " imports "), rule.why)
		}
	}
}

// wayTo gives a chain of the project's packages from one to another, or to a package of
// Go's library; nil when there is none.
func wayTo(imports map[string][]string, from, to string, seen map[string]bool) []string {
	seen[from] = true
	for _, imported := range imports[from] {
		own, ok := strings.CutPrefix(imported, "lunarium/")
		if ok && own == to || imported == to {
			return []string{from, to}
		}
		if ok && !seen[own] {
			if way := wayTo(imports, own, to, seen); way != nil {
				return append([]string{from}, way...)
			}
		}
	}
	return nil
}

// importsOf gives what the files of each of the project's packages import, tests apart.
func importsOf(t *testing.T) map[string][]string {
	t.Helper()
	imports := map[string][]string{}
	for _, file := range goFiles(t) {
		dir := path.Dir(file)
		imports[dir] = append(imports[dir], []string{}...)
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			imports[dir] = append(imports[dir], imported)
		}
	}
	return imports
}

// Whoever has Go's release that the README names can build the program: no patch
// release of it is asked for.
func TestNoPatchReleaseOfGoIsAskedFor(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^go 1\.\d+(\.0)?$`).Match(content) || regexp.MustCompile(`(?m)^toolchain`).Match(content) {
		t.Error("go.mod asks for a patch release of Go, or for a toolchain")
	}
}
