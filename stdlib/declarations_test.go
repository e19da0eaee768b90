package stdlib_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lunarium/stdlib"
	"lunarium/stdlib/kit"
)

// What the libraries declare of their functions is whole, and is all of them.

func TestDeclarationsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range stdlib.Declarations() {
		for _, f := range l.Functions {
			name := l.Full(f)
			if f.Name == "" || f.Run == nil || f.Effect < kit.None || f.Effect > kit.Ends {
				t.Errorf("%s: name, effect and function are needed", name)
			}
			if f.Help == "" || strings.ContainsAny(f.Help, "\n") || strings.HasSuffix(f.Help, ".") {
				t.Errorf("%s: one line of help without a full stop is needed, not %q", name, f.Help)
			}
			if seen[name] {
				t.Errorf("%s is declared twice", name)
			}
			seen[name] = true
		}
	}
}

// undeclared are functions that no code calls by a name of the library's.
var undeclared = map[string]bool{
	"skynet.coroutine": true, "skynet.remoteconsole": true, "skynet.manager": true, "skynet.codecache": true, // loaders
}

// TestNoFunctionIsBoundUndeclared looks for libraries that are made of functions
// directly. Metamethods are called by no name.
func TestNoFunctionIsBoundUndeclared(t *testing.T) {
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
			return err
		}
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, file, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			literal, ok := n.(*ast.CompositeLit)
			if !ok || !isVMLibrary(literal.Type) {
				return true
			}
			for _, element := range literal.Elts {
				key, _ := element.(*ast.KeyValueExpr).Key.(*ast.BasicLit)
				if key == nil {
					t.Errorf("%s: a function's name is no constant", files.Position(element.Pos()))
					continue
				}
				if name, _ := strconv.Unquote(key.Value); !strings.HasPrefix(name, "__") && !undeclared[name] {
					t.Errorf("%s: %s is not declared (kit.Fn)", files.Position(element.Pos()), name)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func isVMLibrary(e ast.Expr) bool {
	selector, ok := e.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != "Library" {
		return false
	}
	from, _ := selector.X.(*ast.Ident)
	return from != nil && from.Name == "vm"
}
