package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// unworded are the places that take an error's text as it is, with the reason.
var unworded = map[string]string{
	"console/address.go":        "cuts the sentinel off the end of the text",
	"console/session.go":        "the command's own words",
	"console/cli/lua.go":        "Lua's errors, and those of options",
	"console/cli/luaprompt.go":  "Lua's errors",
	"console/cli/flags.go":      "flags write -name",
	"inspect/value_path.go":     "the parser's own words",
	"inspect/eval.go":           "the compiler's own words",
	"stdlib/cache/redis.go":     "compares texts",
	"stdlib/dbpool/postgres.go": "compares texts",
	"stdlib/http/exchange.go":   "compares texts",
	"stdlib/chunk.go":           "the compiler's own words",
	"stdlib/config.go":          "the compiler's own words",
}

// printers put their arguments into text for people.
var printers = regexp.MustCompile(`^(fmt\.(Sprint|Sprintf|Sprintln|Fprint|Fprintf|Fprintln)|.*\.(Warn|Info|Debug))$`)

// An error reaches people by way of worded: Go's own phrases say nothing to an operator.
func TestErrorsAreWorded(t *testing.T) {
	t.Chdir(root)
	used := map[string]bool{}
	for _, dir := range []string{"console", "inspect", "stdlib", "runtime/service"} {
		err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") || strings.Contains(file, "browsertest") {
				return err
			}
			file = filepath.ToSlash(file)
			files := token.NewFileSet()
			parsed, err := parser.ParseFile(files, file, nil, 0)
			if err != nil {
				return err
			}
			for _, place := range rawErrors(parsed) {
				if _, known := unworded[file]; known {
					used[file] = true
					continue
				}
				t.Errorf("%s: an error's own text reaches people; worded.Text words it", files.Position(place))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for file := range unworded {
		if !used[file] {
			t.Errorf("%s takes no error's text any more", file)
		}
	}
}

// rawErrors finds where a file takes the text of an error as it is.
func rawErrors(file *ast.File) (places []token.Pos) {
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == "Error" {
			continue // part of another error's
		}
		ast.Inspect(decl, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name := exprText(call.Fun)
			if strings.HasSuffix(name, "rr.Error") && len(call.Args) == 0 {
				places = append(places, call.Pos())
			}
			if printers.MatchString(name) {
				for _, arg := range call.Args {
					if text := exprText(arg); text == "err" || strings.HasSuffix(text, ".err") {
						places = append(places, arg.Pos())
					}
				}
			}
			return true
		})
	}
	return places
}

// exprText writes a name with its selectors; "" for anything else.
func exprText(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return exprText(e.X) + "." + e.Sel.Name
	}
	return ""
}
