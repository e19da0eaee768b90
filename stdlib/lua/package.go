package lua

import (
	"fmt"
	"slices"
	"strings"

	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the library package, and require.

// packages is the package library of one state.
type packages struct{ *Libraries }

// packageFunctions are the functions of the library package.
var packageFunctions = kit.Library{Name: "package", Functions: []kit.Function{
	kit.Fn("loadlib", "path, name", kit.None, "is refused: there are no C libraries",
		loadlib),
	kit.Fn("searchpath", "name, path [, separator [, replacement]]", kit.Reads, "gives the first file of a path that can be read",
		on(packages.searchpath)),
	kit.Fn("seeall", "module", kit.None, "has a module inherit from the globals, as in Lua 5.1",
		seeall),
}}

// packageTemplate is the package library (manual section 6.3).
var packageTemplate = vm.NewTemplate("package", packageFunctions.Bound()).
	Make("preload", func(s *vm.State) vm.Value { return s.Registry.GetString("_PRELOAD") }).
	Make("loaded", func(s *vm.State) vm.Value { return vm.TableValue(loaded(s)) }).
	Make("path", func(s *vm.State) vm.Value { return vm.String(ofState(s).host().ModulePath) }).
	Make("searchers", func(s *vm.State) vm.Value { return vm.TableValue(packages{ofState(s)}.searchers()) }).
	Make("loaders", func(s *vm.State) vm.Value { return packages{ofState(s)}.table().GetString("searchers") }).
	Set("cpath", vm.String("")).
	Set("config", vm.String("/\n;\n?\n!\n-\n"))

// The searchers before and after those of the host.
var (
	searchersFirst = []vm.Value{
		vm.SharedFunction("package", "preload_searcher", on(packages.searchPreload)),
	}
	searchersLast = []vm.Value{
		vm.SharedFunction("package", "lua_searcher", on(packages.searchLua)),
		vm.SharedFunction("package", "c_searcher", on(packages.searchC)),
		vm.SharedFunction("package", "croot_searcher", on(packages.searchCRoot)),
	}
)

// table gives the library's table, whatever the globals say.
func (p packages) table() *vm.Table { return p.state.Instance(p.Libraries.packages) }

func (p packages) searchers() *vm.Table {
	list := slices.Clone(searchersFirst)
	for _, searcher := range p.host().Searchers {
		list = append(list, p.state.NewFunction("host_searcher", func(t *vm.Thread) int {
			run := searcher(t.CheckString(1))
			if run == nil {
				return 0
			}
			return t.Return(t.State().NewFunction(t.CheckString(1), run), vm.String(":go:"))
		}))
	}
	list = append(list, searchersLast...)
	table := p.state.NewTable(len(list), 0)
	for i, searcher := range list {
		table.SetInt(i+1, searcher)
	}
	return table
}

// require calls the searchers one after the other, then the loader that one of
// them found. Each of these calls may be suspended.
func (p packages) require(t *vm.Thread) int {
	name := t.CheckString(1)
	if v := loaded(p.state).GetString(name); v.Truth() {
		return t.Return(v)
	}
	searchers := p.table().GetString("searchers").AsTable()
	if searchers == nil {
		t.Errorf("'package.searchers' must be a table")
	}
	t.Push(vm.TableValue(searchers)) // a searcher may put another in package
	var missing strings.Builder
	i := 0
	var ask func(t *vm.Thread) int
	ask = func(t *vm.Thread) int {
		i++
		searcher := searchers.GetInt(i)
		if searcher.IsNil() {
			t.Errorf("module '%s' not found:%s", name, missing.String())
		}
		return t.CallThen(searcher, []vm.Value{vm.String(name)}, func(t *vm.Thread) int {
			if loader := t.Arg(1); loader.IsFunction() {
				return p.run(t, name, loader, t.Arg(2))
			}
			if text, ok := vm.ToString(t.Arg(1)); ok {
				missing.WriteString(text)
			}
			return ask(t)
		})
	}
	return ask(t)
}

func (p packages) run(t *vm.Thread, name string, loader, extra vm.Value) int {
	return t.CallThen(loader, []vm.Value{vm.String(name), extra}, func(t *vm.Thread) int {
		modules := loaded(p.state)
		if v := t.Arg(1); !v.IsNil() {
			modules.SetString(name, v)
		}
		p.noteChunk(name, loader)
		if modules.GetString(name).IsNil() {
			modules.SetString(name, vm.True)
		}
		return t.Return(modules.GetString(name))
	})
}

// noteChunk keeps the chunk of a module that came from a file, with its place in
// the order in which modules were loaded, in the registry as _CHUNKS: a reload
// needs to know what runs.
func (p packages) noteChunk(name string, loader vm.Value) {
	chunk := loader.AsClosure()
	if chunk == nil || !strings.HasPrefix(chunk.Code().Proto().Source, "@") {
		return
	}
	chunks := p.state.Registry.GetString("_CHUNKS").AsTable()
	if chunks == nil {
		chunks = p.state.NewTable(0, 0)
		p.state.Registry.SetString("_CHUNKS", vm.TableValue(chunks))
	}
	note := p.state.NewTable(0, 2)
	note.SetString("chunk", loader)
	note.SetString("order", vm.Int(chunks.Count()+1))
	chunks.SetString(name, vm.TableValue(note))
}

func (p packages) searchPreload(t *vm.Thread) int {
	name := t.CheckString(1)
	preload := p.state.Registry.GetString("_PRELOAD").AsTable()
	loader := preload.GetString(name)
	if loader.IsNil() {
		return t.Return(vm.String(fmt.Sprintf("\n\tno field package.preload['%s']", name)))
	}
	return t.Return(loader)
}

// searchLua looks for a file, and then among the modules of this program, so
// that a user's own json.lua or cache.lua comes first.
func (p packages) searchLua(t *vm.Thread) int {
	name := t.CheckString(1)
	path, missing := p.find(t, name, p.templates(t, "path"), ".", "/")
	if path == "" {
		if run := p.moduleOf(name); run != nil {
			return t.Return(p.state.NewFunction(name, run))
		}
		return t.Return(vm.String(missing))
	}
	fn, err := p.chunks().file(t, path, "bt", p.chunks().globals())
	if err != nil {
		t.Errorf("error loading module '%s' from file '%s':\n\t%s", name, path, err)
	}
	return t.Return(fn, vm.String(path))
}

// moduleOf gives the function that opens one of this program's modules, or nil.
func (p packages) moduleOf(name string) func(*vm.Thread) int {
	host := p.host()
	if host.Module == nil {
		return nil
	}
	open := host.Module(name)
	if open == nil {
		return nil
	}
	return func(t *vm.Thread) int { return t.Return(open(t.State(), host)) }
}

const noLibraries = "dynamic libraries not enabled; check your Lua installation"

// searchC only tells where C libraries would be looked for; one that is there
// cannot be loaded.
func (p packages) searchC(t *vm.Thread) int {
	name := t.CheckString(1)
	return p.searchLibrary(t, name, name)
}

// searchCRoot looks for a.so when a.b.c is asked for.
func (p packages) searchCRoot(t *vm.Thread) int {
	name := t.CheckString(1)
	root, _, nested := strings.Cut(name, ".")
	if !nested {
		return 0
	}
	return p.searchLibrary(t, name, root)
}

func (p packages) searchLibrary(t *vm.Thread, name, root string) int {
	path, missing := p.find(t, root, p.templates(t, "cpath"), ".", "/")
	if path != "" {
		t.Errorf("error loading module '%s' from file '%s':\n\t%s", name, path, noLibraries)
	}
	return t.Return(vm.String(missing))
}

func (p packages) templates(t *vm.Thread, field string) string {
	path, ok := vm.ToString(p.table().GetString(field))
	if !ok {
		t.Errorf("'package.%s' must be a string", field)
	}
	return path
}

// find gives the first readable file that a path's templates make of a name,
// or "" and the text that lists where it is not.
func (p packages) find(t *vm.Thread, name, path, separator, replacement string) (file, missing string) {
	if separator != "" {
		name = replaced(t, name, separator, replacement)
	}
	var list []byte
	for template := range strings.SplitSeq(path, ";") {
		if template == "" {
			continue
		}
		t.Poll()
		file := replaced(t, template, "?", name)
		if p.known(file) != nil {
			return file, ""
		}
		if _, err := p.readFile(t, file); err == nil {
			return file, ""
		}
		for _, text := range []string{"\n\tno file '", file, "'"} {
			list = put(t, list, text)
		}
	}
	return "", string(list)
}

// replaced is ReplaceAll within the state's memory limit.
func replaced(t *vm.Thread, s, old, new string) string {
	found := strings.Count(s, old)
	if found == 0 {
		return s
	}
	if len(new) > len(old) && found > (vm.MaxString-len(s))/(len(new)-len(old)) {
		t.Errorf("resulting string too large")
	}
	t.Take(len(s) + found*(len(new)-len(old)))
	return strings.ReplaceAll(s, old, new)
}

func (p packages) searchpath(t *vm.Thread) int {
	file, missing := p.find(t, t.CheckString(1), t.CheckString(2), t.OptString(3, "."), t.OptString(4, "/"))
	if file == "" {
		return t.Return(vm.Nil, vm.String(missing))
	}
	return t.Return(vm.String(file))
}

func loadlib(t *vm.Thread) int {
	t.CheckString(1)
	t.CheckString(2)
	return t.Return(vm.Nil, vm.String(noLibraries), vm.String("absent"))
}
