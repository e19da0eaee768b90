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
	inSource(t, ".", func(_ string, n ast.Node, at string) {
		literal, ok := n.(*ast.CompositeLit)
		if !ok || !isVMLibrary(literal.Type) {
			return
		}
		for _, element := range literal.Elts {
			key, _ := element.(*ast.KeyValueExpr).Key.(*ast.BasicLit)
			if key == nil {
				t.Errorf("%s: a function's name is no constant", at)
				continue
			}
			if name, _ := strconv.Unquote(key.Value); !strings.HasPrefix(name, "__") && !undeclared[name] {
				t.Errorf("%s: %s is not declared (kit.Fn)", at, name)
			}
		}
	})
}

// inSource shows each node of the program's files in a directory, with where it stands.
func inSource(t *testing.T, dir string, look func(file string, n ast.Node, at string)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(file string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
			return err
		}
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, file, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if n != nil {
				look(file, n, files.Position(n.Pos()).String())
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestEffectsAreDeclared: what does something outside says so by an effect of kit, which
// tells a reload what it is. None goes past it.
func TestEffectsAreDeclared(t *testing.T) {
	inSource(t, ".", func(file string, n ast.Node, at string) {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok || selector.Sel.Name != "Effect" && selector.Sel.Name != "Deed" || filepath.Dir(file) == "kit" {
			return
		}
		if from, _ := selector.X.(*ast.Ident); from != nil && from.Name == "vm" {
			t.Errorf("%s: vm.%s is for kit alone; want Effect.Guard", at, selector.Sel.Name)
		}
	})
}

// TestReloadKnowsNoFunctionByName: inspect/reload tells what functions do outside by
// their effects.
func TestReloadKnowsNoFunctionByName(t *testing.T) {
	declared := map[string]bool{}
	for _, l := range stdlib.Declarations() {
		for _, f := range l.Functions {
			if l.Name != "_G" {
				declared[l.Full(f)] = true
			}
		}
	}
	inSource(t, "../inspect/reload", func(_ string, n ast.Node, at string) {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return
		}
		if text, _ := strconv.Unquote(literal.Value); declared[text] {
			t.Errorf("%s: %s is known by its name; its effect says what it does", at, text)
		}
	})
}

func isVMLibrary(e ast.Expr) bool {
	selector, ok := e.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != "Library" {
		return false
	}
	from, _ := selector.X.(*ast.Ident)
	return from != nil && from.Name == "vm"
}
