package rules

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The packages read from top to bottom: each doc.go has a glossary, and lists its files
// from the ground up under "Files, from the ground up:", a long list in parts, the next
// ones under "Then, its subject:"; a file uses those above it in that list, and what calls
// the other way is named under "What calls upwards:". Each file opens by saying what it
// holds.

// upwardShare is how large a part of a package's ties may run back up: one in so many.
const upwardShare = 10

// tie says that a file uses what another one of its package declares.
type tie struct{ user, used string }

func TestPackagesReadFromTheGroundUp(t *testing.T) {
	t.Parallel()
	p := programPackages(t)
	for _, l := range p.checked {
		if len(l.GoFiles) < 3 {
			continue
		}
		name := strings.TrimPrefix(l.ImportPath, "lunarium/")
		t.Run(name, func(t *testing.T) {
			for _, fault := range readingFaults(t, p, l) {
				t.Error(fault)
			}
		})
	}
}

// readingFaults says what keeps a package from reading from the ground up.
func readingFaults(t *testing.T, p *packages, l *listed) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	doc, err := parser.ParseFile(token.NewFileSet(), filepath.Join(l.Dir, "doc.go"), nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(doc.Doc.Text(), "Glossary") {
		fault("doc.go has no glossary")
	}
	place := map[string]int{}
	for i, file := range listedFiles(doc.Doc.Text()) {
		if _, twice := place[file]; twice {
			fault("doc.go lists %s twice", file)
		}
		place[file] = i
	}
	present, err := filepath.Glob(filepath.Join(l.Dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	missing := maps.Clone(place)
	for _, file := range present {
		file = filepath.Base(file)
		if strings.HasSuffix(file, "_test.go") || file == "doc.go" {
			continue
		}
		if _, ok := place[file]; !ok {
			fault("doc.go does not list %s", file)
		}
		delete(missing, file)
	}
	for file := range missing {
		fault("doc.go lists %s, which is not there", file)
	}
	if len(faults) > 0 {
		return faults
	}
	named := upwardCalls(doc.Doc.Text())
	ties := tiesOf(p, l)
	up := 0
	for _, tie := range slices.SortedFunc(maps.Keys(ties), func(a, b tie) int { return strings.Compare(a.user+a.used, b.user+b.used) }) {
		if place[tie.used] < place[tie.user] {
			continue
		}
		up++
		if !named[tie] {
			fault("%s uses what %s declares (%s), which stands above it; doc.go names no such call", tie.user, tie.used, ties[tie])
		}
		delete(named, tie)
	}
	if up*upwardShare >= len(ties) && up > 0 {
		fault("%d of %d ties between files run back up", up, len(ties))
	}
	for tie := range named {
		fault("doc.go says that %s calls up to %s, which it does not", tie.user, tie.used)
	}
	return faults
}

var (
	fileName   = regexp.MustCompile(`\b[a-z0-9_]+\.go\b`)
	filesList  = regexp.MustCompile(`(?m)^(?:Files, from the ground up|Then, .*):\n((?:\n|  .*\n?)*)`)
	upwardList = regexp.MustCompile(`(?m)^What calls upwards:\n((?:\n|  .*\n?)*)`)
	listEntry  = regexp.MustCompile(`(?m)^  - ([^:]*):`)
)

// entries gives what stands before the colon of each entry of the lists that a pattern finds.
func entries(lists *regexp.Regexp, doc string) (heads []string) {
	for _, list := range lists.FindAllStringSubmatch(doc, -1) {
		for _, e := range listEntry.FindAllStringSubmatch(list[1], -1) {
			heads = append(heads, e[1])
		}
	}
	return heads
}

func listedFiles(doc string) (files []string) {
	for _, head := range entries(filesList, doc) {
		files = append(files, fileName.FindAllString(head, -1)...)
	}
	return files
}

// upwardCalls gives the ties that doc.go names: "a.go b.go to c.go d.go: why".
func upwardCalls(doc string) map[tie]bool {
	named := map[tie]bool{}
	for _, head := range entries(upwardList, doc) {
		from, to, _ := strings.Cut(head, " to ")
		for _, user := range fileName.FindAllString(from, -1) {
			for _, used := range fileName.FindAllString(to, -1) {
				named[tie{user, used}] = true
			}
		}
	}
	return named
}

// tiesOf gives the ties between a package's files, each with one of the names that make it.
func tiesOf(p *packages, l *listed) map[tie]string {
	ties := map[tie]string{}
	for name, used := range l.info.Uses {
		if used.Pkg() == nil || used.Pkg().Path() != l.ImportPath || !belongsToPackage(used) {
			continue
		}
		from, to := p.base(name.Pos()), p.base(used.Pos())
		if from == to {
			continue
		}
		if known, ok := ties[tie{from, to}]; !ok || used.Name() < known {
			ties[tie{from, to}] = used.Name()
		}
	}
	return ties
}

// belongsToPackage tells whether something is declared in the package's scope or is a
// method or a field; anything else is some function's own.
func belongsToPackage(o types.Object) bool {
	switch o := o.(type) {
	case *types.Var:
		if o.IsField() {
			return true
		}
	case *types.Func:
		return true
	}
	return o.Parent() == o.Pkg().Scope()
}

func (p *packages) base(pos token.Pos) string { return filepath.Base(p.files.Position(pos).Filename) }

// Each file opens by saying what it holds, above its first declaration and apart from it.
func TestFilesSayWhatTheyHold(t *testing.T) {
	t.Parallel()
	for _, file := range sourceFiles(t) {
		if path.Base(file) == "doc.go" {
			continue
		}
		if err := opensWithItsSubject(file); err != nil {
			t.Error(err)
		}
	}
}

func opensWithItsSubject(name string) error {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, nil, parser.ParseComments)
	if err != nil {
		return err
	}
	attached := map[*ast.CommentGroup]bool{}
	end := file.End()
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			attached[d.Doc] = true
		case *ast.GenDecl:
			if d.Tok == token.IMPORT {
				continue
			}
			attached[d.Doc] = true
		}
		end = decl.Pos()
		break
	}
	for _, group := range file.Comments {
		if group.Pos() > file.Name.End() && group.End() < end && !attached[group] && group.Text() != "" {
			return nil
		}
	}
	if file.Doc.Text() != "" { // a command's, or that of a package with one file
		return nil
	}
	return fmt.Errorf("%s does not open by saying what it holds", name)
}
