package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// No method is exported that only its own package uses: what a type offers is what
// others need of it.

func TestExportedMethodsHaveUsersOutside(t *testing.T) {
	t.Parallel()
	p := programPackages(t)
	used := map[string]bool{} // full names, and names alone that tests from outside use
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") {
			usedByTest(t, file, used)
		}
	}
	var methods []*types.Func
	for _, l := range p.checked {
		for _, o := range l.info.Uses {
			if o.Pkg() != nil && o.Pkg().Path() != l.ImportPath && isOwn(o.Pkg()) {
				if f, ok := o.(*types.Func); ok {
					used[f.Origin().FullName()] = true
				}
			}
		}
		if l.Name == "main" {
			continue
		}
		imported, err := p.types.Import(l.ImportPath)
		if err != nil {
			t.Fatalf("%s: %v", l.ImportPath, err)
		}
		methods = append(methods, exportedMethods(imported)...)
	}
	unused := slices.DeleteFunc(methods, func(m *types.Func) bool { return used[m.FullName()] || used[m.Name()] })
	unused = notDemanded(unused, interfacesOf(p, p.imported()))
	if len(unused) > 0 { // what nobody's imports declare, somebody behind them may ask for
		unused = notDemanded(unused, interfacesOf(p, p.known))
	}
	for _, m := range unused {
		t.Errorf("%s: %s is used by its own package alone", p.files.Position(m.Pos()), m.FullName())
	}
}

// usedByTest notes the names that a test takes from outside of a package: those of an
// external test, or of a test in another package.
func usedByTest(t *testing.T, name string, used map[string]bool) {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	external := strings.HasSuffix(file.Name.Name, "_test")
	own := map[string]bool{}
	if !external {
		// a test inside its package sees the package's own methods, too: what it uses says nothing
		declared, err := filepath.Glob(filepath.Join(filepath.Dir(name), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range declared {
			parsed, err := parser.ParseFile(token.NewFileSet(), other, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range parsed.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil {
					own[f.Name.Name] = true
				}
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && !own[s.Sel.Name] {
			used[s.Sel.Name] = true
		}
		return true
	})
}

func exportedMethods(p *types.Package) (methods []*types.Func) {
	for _, name := range p.Scope().Names() {
		named, ok := p.Scope().Lookup(name).Type().(*types.Named)
		if _, is := p.Scope().Lookup(name).(*types.TypeName); !ok || !is {
			continue
		}
		for m := range named.Methods() {
			if m.Exported() {
				methods = append(methods, m)
			}
		}
	}
	return methods
}

// imported gives the paths of the program's own packages and of all that they import.
func (p *packages) imported() []string {
	paths := map[string]bool{}
	for _, l := range p.checked {
		paths[l.ImportPath] = true
		for _, imported := range l.Imports {
			paths[imported] = true
		}
	}
	return slices.Sorted(maps.Keys(paths))
}

// interfacesOf gives every interface that has a name in packages.
func interfacesOf(p *packages, paths []string) (interfaces []*types.Interface) {
	for _, path := range paths {
		pkg, err := p.types.Import(path)
		if err != nil {
			continue // without exports: unsafe, and commands
		}
		for _, name := range pkg.Scope().Names() {
			o, ok := pkg.Scope().Lookup(name).(*types.TypeName)
			if !ok {
				continue
			}
			if i, ok := o.Type().Underlying().(*types.Interface); ok && i.NumMethods() > 0 {
				interfaces = append(interfaces, i)
			}
		}
	}
	return append(interfaces, errorType)
}

// implied are methods that interfaces without a name ask for.
var implied = []string{"Is", "As", "Unwrap", "Timeout", "Temporary"}

func notDemanded(methods []*types.Func, interfaces []*types.Interface) []*types.Func {
	return slices.DeleteFunc(methods, func(m *types.Func) bool { return demanded(m, interfaces) })
}

// demanded tells whether an interface that the method's type fulfils asks for the method.
func demanded(m *types.Func, interfaces []*types.Interface) bool {
	if slices.Contains(implied, m.Name()) {
		return true
	}
	receiver := m.Signature().Recv().Type()
	if p, ok := receiver.(*types.Pointer); ok {
		receiver = p.Elem()
	}
	if named, ok := receiver.(*types.Named); ok && named.TypeParams().Len() > 0 {
		return false
	}
	for _, i := range interfaces {
		for asked := range i.Methods() {
			if asked.Name() == m.Name() && types.Implements(types.NewPointer(receiver), i) {
				return true
			}
		}
	}
	return false
}
