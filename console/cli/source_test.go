package cli

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

// What the tests of the source itself (walls, reading, errors' words, openers, notation)
// share: the program's files, and its packages with their types.

// packages are the program's own, and what the compiler knows of what they import.
type packages struct {
	root    string
	files   *token.FileSet
	types   types.Importer
	checked []*listed
	known   []string // the paths of all that the program is made of
}

// forTests are packages of which the program has nothing.
var forTests = map[string]bool{"browsertest": true, "inspecttest": true, "nodetest": true}

// listed is a package as the go command lists it, and its files with what the names in
// them mean.
type listed struct {
	ImportPath, Name, Dir, Export string
	DepOnly                       bool
	GoFiles                       []string

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

func programPackages(t *testing.T) *packages {
	t.Helper()
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
	command := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Name,Dir,Export,DepOnly,GoFiles", "./...")
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

// goFiles gives the program's own files, tests too, relative to its root.
func goFiles(t *testing.T) (files []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && file != ".":
			return filepath.SkipDir
		case strings.HasSuffix(file, ".go"):
			files = append(files, file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
