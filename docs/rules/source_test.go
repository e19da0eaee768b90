// Package rules tests the source itself: it keeps the rules which docs/design.md and
// docs/contributing.md state, and the documents tell of what is there. Its tests run in
// the repository's root, side by side.
package rules

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// This file holds what the rules share: the program's files, and its packages with their
// types.

// root is the repository's, as seen from this package.
const root = "../.."

func TestMain(m *testing.M) {
	if err := os.Chdir(root); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// packages are the program's own, and what the compiler knows of what they import.
type packages struct {
	root    string
	files   *token.FileSet
	types   types.Importer
	checked []*listed
	known   []string // the paths of all that the program is made of
}

// forTests are packages of which the program has nothing.
var forTests = map[string]bool{"browsertest": true, "inspecttest": true, "netguardtest": true, "nodetest": true}

// listed is a package as the go command lists it, and its files with what the names in
// them mean.
type listed struct {
	ImportPath, Name, Dir, Export string
	DepOnly                       bool
	GoFiles, Imports              []string

	files []*ast.File
	info  *types.Info
}

// readPackages reads the program once for all tests of a run, from its root.
var readPackages = sync.OnceValues(func() (*packages, error) {
	p := &packages{files: token.NewFileSet()}
	list, err := p.list()
	if err != nil {
		return nil, err
	}
	for _, l := range list {
		p.known = append(p.known, l.ImportPath)
		if l.DepOnly || len(l.GoFiles) == 0 || forTests[path.Base(l.ImportPath)] {
			continue
		}
		if err := p.check(l); err != nil {
			return nil, err
		}
		p.checked = append(p.checked, l)
	}
	return p, nil
})

// programPackages gives them; with -short the test is skipped.
func programPackages(t *testing.T) *packages {
	t.Helper()
	if testing.Short() {
		t.Skip("checks the types of all packages")
	}
	p, err := readPackages()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// list asks the go command for the program's packages and all that they import, those
// that are imported first.
func (p *packages) list() (list []*listed, err error) {
	if p.root, err = os.Getwd(); err != nil {
		return nil, err
	}
	command := exec.Command("go", "list", "-pgo=off", "-export", "-deps", "-json=ImportPath,Name,Dir,Export,DepOnly,GoFiles,Imports", "./...")
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		l := new(listed)
		if err := decoder.Decode(l); err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
		exports[l.ImportPath] = l.Export
		list = append(list, l)
	}
	p.types = importer.ForCompiler(p.files, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	return list, nil
}

// check reads a package's files and finds what the names in them mean.
func (p *packages) check(l *listed) error {
	for _, name := range l.GoFiles {
		file, err := parser.ParseFile(p.files, filepath.Join(l.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		l.files = append(l.files, file)
	}
	l.info = &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: p.types}
	_, err := config.Check(l.ImportPath, p.files, l.files, l.info)
	return err
}

// findGoFiles looks for the project's files once for all tests of a run.
var findGoFiles = sync.OnceValues(func() (files []string, err error) {
	err = filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && file != ".":
			return filepath.SkipDir
		case strings.HasSuffix(file, ".go"):
			files = append(files, filepath.ToSlash(file))
		}
		return nil
	})
	return files, err
})

// goFiles gives all of the project's files, tests too, relative to its root.
func goFiles(t *testing.T) []string {
	t.Helper()
	files, err := findGoFiles()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// sourceFiles gives the files without those of tests.
func sourceFiles(t *testing.T) (files []string) {
	t.Helper()
	for _, file := range goFiles(t) {
		if !strings.HasSuffix(file, "_test.go") {
			files = append(files, file)
		}
	}
	return files
}

// programFiles gives the files that the program is made of.
func programFiles(t *testing.T) (files []string) {
	t.Helper()
	for _, file := range sourceFiles(t) {
		if !forTests[path.Base(path.Dir(file))] {
			files = append(files, file)
		}
	}
	return files
}
