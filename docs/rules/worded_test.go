package rules

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// unworded are the places that take an error's text as it is, with the reason.
var unworded = map[string]string{
	"console/address.go":            "cuts the sentinel off the end of the text",
	"console/error_text.go":         "the command's own words",
	"console/luacli/run.go":         "Lua's errors of options",
	"console/luacli/interpreter.go": "Lua's errors",
	"console/luacli/prompt.go":      "Lua's errors",
	"console/cli/flags.go":          "flags write -name",
	"console/replay/transcript.go":  "its own words",
	"inspect/plain/path.go":         "the parser's own words",
	"inspect/eval.go":               "the compiler's own words",
	"stdlib/cache/redis.go":         "compares texts",
	"stdlib/dbpool/postgres.go":     "compares texts",
	"stdlib/http/exchange.go":       "compares texts",
	"stdlib/lua/base_load.go":       "the compiler's own words",
	"stdlib/nodeconfig/read.go":     "the compiler's own words",
	"stdlib/lua/strerror.go":        "the system's words",
}

// wordsErrors matches the packages whose errors reach people.
var wordsErrors = regexp.MustCompile(`^lunarium/((console|inspect|stdlib)(/|$)|runtime/service$)`)

// An error reaches people by way of worded: Go's own phrases say nothing to an operator.
func TestErrorsAreWorded(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	p := programPackages(t)
	for _, l := range p.checked {
		if !wordsErrors.MatchString(l.ImportPath) {
			continue
		}
		for _, place := range l.rawErrors() {
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

// rawErrors finds where a package takes the text of an error as it is.
func (l *listed) rawErrors() (places []token.Pos) {
	for _, file := range l.files {
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == "Error" {
				continue // part of another error's
			}
			ast.Inspect(decl, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					places = append(places, rawTexts(l.info, call)...)
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
