package stdlib_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lunarium/stdlib"
	"lunarium/stdlib/kit"
)

// What the documents say of the libraries' functions is what these declare.

var update = flag.Bool("update", false, "rewrite the lists of functions in the documents")

const documents = "../docs/libraries/"

// described are the documents by the libraries that they describe, and what else the
// documents call these.
var described = []struct {
	document  string
	made      bool // the functions' lists are made from the declarations
	libraries []string
	aliases   map[string]string
}{
	{"skynet.md", true, []string{"skynet", "skynet.cache", "skynet.coroutine"}, nil},
	{"lua.md", true, []string{
		"_G", "bit32", "coroutine", "debug", "io", "file:", "lfs", "directory:", "lock:", "math", "os", "package", "string",
		"table", "utf8",
	}, nil},
	{"cache.md", false, []string{"cache", "cache:", "subscription:"}, map[string]string{"c:": "cache:"}},
	{"db_pool.md", false, []string{"db_pool", "pool:", "tx:"}, nil},
	{"http.md", false, []string{"http", "request:", "answer:", "stream:", "server:", "router:"}, map[string]string{"app:": "router:"}},
	{"json.md", false, []string{"json"}, nil},
	{"persist.md", false, []string{"persist"}, nil},
	{"versions.md", false, []string{"versions"}, nil},
}

// key gives the name of a library in described: that of objects ends in a colon.
func key(l kit.Library) string {
	if l.Object {
		return l.Name + ":"
	}
	return l.Name
}

func readDocument(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(documents + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestDocumentsNameEachFunction(t *testing.T) {
	place := map[string]int{}
	texts := make([]string, len(described))
	for i, d := range described {
		for _, name := range d.libraries {
			place[name] = i
		}
		texts[i] = strings.ReplaceAll(readDocument(t, d.document), "…", "...")
		for alias, name := range d.aliases {
			texts[i] = strings.ReplaceAll(texts[i], "`"+alias, "`"+name)
		}
	}
	for _, l := range stdlib.Declarations() {
		i, ok := place[key(l)]
		if !ok {
			t.Errorf("no document describes the library %s", key(l))
			continue
		}
		for _, f := range l.Functions {
			if !strings.Contains(texts[i], "`"+l.Signature(f)+"`") && !strings.Contains(texts[i], "\n## "+l.Signature(f)+"\n") {
				t.Errorf("%s does not have %s", described[i].document, l.Signature(f))
			}
		}
	}
}

// called is a function of a library, or of an object, that a document calls or names.
var called = regexp.MustCompile(`\b([a-z_]+(?:\.[a-z]+)?[.:])([A-Za-z_0-9]+)\(`)

// TestDocumentsNameNoOtherFunction: whatever looks like a function of a library is one.
func TestDocumentsNameNoOtherFunction(t *testing.T) {
	declared, libraries := map[string]bool{}, map[string]bool{}
	for _, l := range stdlib.Declarations() {
		libraries[strings.TrimSuffix(key(l), ":")] = true
		for _, f := range l.Functions {
			declared[l.Full(f)] = true
		}
	}
	all, err := filepath.Glob(documents + "*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range all {
		name := filepath.Base(file)
		aliases := map[string]string{}
		for _, d := range described {
			if d.document == name {
				aliases = d.aliases
			}
		}
		for _, m := range called.FindAllStringSubmatch(readDocument(t, name), -1) {
			object := m[1]
			if alias, ok := aliases[object]; ok {
				object = alias
			}
			if full := object + m[2]; libraries[object[:len(object)-1]] && !declared[full] {
				t.Errorf("%s names %s, which is not declared", name, full)
			}
		}
	}
}

var list = regexp.MustCompile(`(?s)<!-- functions of ([^>\n]*): go test \./stdlib -run Lists -update -->\n.*?<!-- end -->\n`)

// TestListsOfFunctionsAreMade fails when a list of functions does not say what the
// declarations say.
func TestListsOfFunctionsAreMade(t *testing.T) {
	lists := map[string]kit.Library{}
	for _, l := range stdlib.Declarations() {
		lists[title(l)] = l
	}
	for _, d := range described {
		if !d.made {
			continue
		}
		text := readDocument(t, d.document)
		found := map[string]bool{}
		made := list.ReplaceAllStringFunc(text, func(old string) string {
			name := list.FindStringSubmatch(old)[1]
			l, ok := lists[name]
			if !ok {
				t.Errorf("%s: there are no functions of %s", d.document, name)
			}
			found[name] = true
			return listOf(l)
		})
		for name, l := range lists {
			if slices.Contains(d.libraries, key(l)) && !found[name] {
				t.Errorf("%s: the functions of %s are not listed", d.document, name)
			}
		}
		switch {
		case made == text:
		case *update:
			if err := os.WriteFile(documents+d.document, []byte(made), 0o666); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s does not say what the declarations say; go test ./stdlib -run Lists -update rewrites it", d.document)
		}
	}
}

// title names a list of functions.
func title(l kit.Library) string {
	if l.Subject != "" {
		return l.Name + ": " + l.Subject
	}
	return l.Name
}

func listOf(l kit.Library) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<!-- functions of %s: go test ./stdlib -run Lists -update -->\n| | |\n|-|-|\n", title(l))
	for _, f := range l.Functions {
		fmt.Fprintf(&b, "| `%s` | %s |\n", l.Signature(f), strings.NewReplacer("|", `\|`, "<", `\<`, "*", `\*`).Replace(f.Help))
	}
	b.WriteString("<!-- end -->\n")
	return b.String()
}
