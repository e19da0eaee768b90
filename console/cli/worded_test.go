package cli

import (
	"encoding/json"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// unworded are the places that take an error's text as it is, with the reason.
var unworded = map[string]string{
	"console/address.go":           "cuts the sentinel off the end of the text",
	"console/session.go":           "the command's own words",
	"console/cli/lua.go":           "Lua's errors, and those of options",
	"console/cli/luaprompt.go":     "Lua's errors",
	"console/cli/flags.go":         "flags write -name",
	"console/replay/transcript.go": "its own words",
	"inspect/plain/path.go":        "the parser's own words",
	"inspect/eval.go":              "the compiler's own words",
	"stdlib/cache/redis.go":        "compares texts",
	"stdlib/dbpool/postgres.go":    "compares texts",
	"stdlib/http/exchange.go":      "compares texts",
	"stdlib/lua/chunk.go":          "the compiler's own words",
	"stdlib/nodeconfig/read.go":    "the compiler's own words",
	"stdlib/lua/strerror.go":       "the system's words",
}

// An error reaches people by way of worded: Go's own phrases say nothing to an operator.
func TestErrorsAreWorded(t *testing.T) {
	if testing.Short() {
		t.Skip("checks the types of all packages")
	}
	t.Chdir(root)
	used := map[string]bool{}
	p := listPackages(t, "./console/...", "./inspect/...", "./stdlib/...", "./runtime/service")
	for _, l := range p.checked {
		for _, place := range p.rawErrors(t, l) {
			position := p.files.Position(place)
			file, err := filepath.Rel(p.root, position.Filename)
			if err != nil {
				t.Fatal(err)
			}
			if file = filepath.ToSlash(file); unworded[file] != "" {
				used[file] = true
				continue
			}
			t.Errorf("%s:%d: an error's own text reaches people; worded.Text words it", file, position.Line)
		}
	}
	for file := range unworded {
		if !used[file] {
			t.Errorf("%s takes no error's text any more", file)
		}
	}
}

// packages are some of the program's packages, and what the compiler knows of what they
// import.
type packages struct {
	root    string
	files   *token.FileSet
	types   types.Importer
	checked []listed
}

// forTests are packages of which the program has nothing.
var forTests = map[string]bool{"browsertest": true, "inspecttest": true, "nodetest": true}

// listed is a package as the go command lists it.
type listed struct {
	ImportPath, Dir, Export string
	DepOnly                 bool
	GoFiles                 []string
}

func listPackages(t *testing.T, patterns ...string) *packages {
	t.Helper()
	command := exec.Command("go", append([]string{"list", "-export", "-deps", "-json=ImportPath,Dir,Export,DepOnly,GoFiles"}, patterns...)...)
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	p := &packages{files: token.NewFileSet()}
	if p.root, err = os.Getwd(); err != nil {
		t.Fatal(err)
	}
	exports := map[string]string{}
	for list := json.NewDecoder(strings.NewReader(string(out))); ; {
		var l listed
		if err := list.Decode(&l); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[l.ImportPath] = l.Export
		if !l.DepOnly && !forTests[path.Base(l.ImportPath)] {
			p.checked = append(p.checked, l)
		}
	}
	p.types = importer.ForCompiler(p.files, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	return p
}

// rawErrors finds where a package takes the text of an error as it is.
func (p *packages) rawErrors(t *testing.T, l listed) (places []token.Pos) {
	t.Helper()
	var files []*ast.File
	for _, name := range l.GoFiles {
		file, err := parser.ParseFile(p.files, filepath.Join(l.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: p.types}
	if _, err := config.Check(l.ImportPath, p.files, files, info); err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == "Error" {
				continue // part of another error's
			}
			ast.Inspect(decl, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					places = append(places, rawTexts(info, call)...)
				}
				return true
			})
		}
	}
	return places
}

// rawTexts finds what a call makes the text of: errors that may be another's.
func rawTexts(info *types.Info, call *ast.CallExpr) (places []token.Pos) {
	if method, ok := call.Fun.(*ast.SelectorExpr); ok && method.Sel.Name == "Error" && len(call.Args) == 0 && isForeign(info, method.X) {
		places = append(places, call.Pos())
	}
	if prints(info, call) {
		for _, arg := range call.Args {
			if isForeign(info, arg) {
				places = append(places, arg.Pos())
			}
		}
	}
	return places
}

// prints tells whether a function makes text of any arguments: all those that take any
// number of them but fmt.Errorf, whose error is worded later, and a thread's Errorf, which
// words them.
func prints(info *types.Info, call *ast.CallExpr) bool {
	signature, ok := info.TypeOf(call.Fun).(*types.Signature)
	if !ok || !signature.Variadic() || types.ExprString(call.Fun) == "fmt.Errorf" {
		return false
	}
	if method, ok := call.Fun.(*ast.SelectorExpr); ok && method.Sel.Name == "Errorf" && info.TypeOf(method.X).String() == "*lunarium/runtime/vm.Thread" {
		return false
	}
	last, ok := signature.Params().At(signature.Params().Len() - 1).Type().(*types.Slice)
	if !ok {
		return false
	}
	any, ok := last.Elem().Underlying().(*types.Interface)
	return ok && any.Empty()
}

var errorType = types.Universe.Lookup("error").Type().Underlying().(*types.Interface)

// isForeign tells whether an expression gives an error that may be one of Go's libraries:
// its type is not the program's own, and it is none of the program's variables for all.
func isForeign(info *types.Info, e ast.Expr) bool {
	t := info.TypeOf(e)
	if t == nil || !types.Implements(t, errorType) {
		return false
	}
	name, _ := e.(*ast.Ident)
	if selector, ok := e.(*ast.SelectorExpr); ok {
		name = selector.Sel
	}
	if name != nil {
		if v, ok := info.Uses[name].(*types.Var); ok && isOwn(v.Pkg()) && v.Parent() == v.Pkg().Scope() {
			return false
		}
	}
	if pointer, ok := t.(*types.Pointer); ok {
		t = pointer.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	return !ok || !isOwn(named.Obj().Pkg())
}

func isOwn(p *types.Package) bool { return p != nil && strings.HasPrefix(p.Path(), "lunarium/") }
